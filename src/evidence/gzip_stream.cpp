#include "evidence/gzip_stream.h"

#include <fmt/format.h>

namespace afterpatch::evidence {
namespace {

constexpr std::size_t kInputBytes = 256U << 10U;
constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, gzip header and trailer

}  // namespace

GzipStream::GzipStream(std::unique_ptr<ByteStream> packed, std::string name)
    : packed_(std::move(packed)), name_(std::move(name)), input_(kInputBytes) {
  ready_ = inflateInit2(&zlib_, kGzipWindow) == Z_OK;
  if (!ready_) broken_ = "no memory to unpack it";
}

GzipStream::~GzipStream() {
  if (ready_) inflateEnd(&zlib_);
}

bool GzipStream::refill() {
  if (zlib_.avail_in > 0) return true;
  if (input_ended_) return false;
  const auto got = packed_->read(input_);
  if (!got) broken_ = got.error().what;
  input_ended_ = !got || *got == 0;
  zlib_.next_in = reinterpret_cast<Bytef*>(input_.data());
  zlib_.avail_in = got ? static_cast<uInt>(*got) : 0;
  return zlib_.avail_in > 0;
}

// Behind a member there may be another one, the end, or padding.
bool GzipStream::start_next_member() {
  if (!refill() || *zlib_.next_in != static_cast<Bytef>(kGzipMagic[0])) return false;
  return inflateReset(&zlib_) == Z_OK;
}

// Without input zlib may still hold unpacked bytes that found no room before.
GzipStream::Step GzipStream::unpack() {
  const bool has_input = refill();
  const int result = inflate(&zlib_, Z_NO_FLUSH);
  if (result == Z_STREAM_END) return Step::member_end;
  if (result == Z_OK || (result == Z_BUF_ERROR && has_input)) return Step::more;
  if (broken_.empty()) {
    broken_ = result == Z_BUF_ERROR
                  ? "the .gz is cut off"
                  : fmt::format("the .gz is damaged: {}", zlib_.msg != nullptr ? zlib_.msg : "unknown");
  }
  return Step::failed;
}

Result<std::size_t> GzipStream::failure() const {
  return fail(broken_, name_, "what stands before the damage was read");
}

Result<std::size_t> GzipStream::read(std::span<char> buffer) {
  zlib_.next_out = reinterpret_cast<Bytef*>(buffer.data());
  zlib_.avail_out = static_cast<uInt>(buffer.size());
  while (zlib_.avail_out > 0 && broken_.empty() && !at_end_) {
    if (unpack() == Step::member_end) at_end_ = !start_next_member();
  }
  const std::size_t unpacked = buffer.size() - zlib_.avail_out;
  if (unpacked == 0 && !broken_.empty()) return failure();
  return unpacked;
}

}  // namespace afterpatch::evidence

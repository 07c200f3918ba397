#include "knowledge/gunzip.h"

#include <fmt/format.h>
#define ZLIB_CONST  // next_in is only read
#include <zlib.h>

#include <array>

namespace afterpatch::knowledge {
namespace {

// Owns zlib's state; 16 + MAX_WBITS asks for the gzip wrapper (zlib.h, inflateInit2).
class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

Result<std::string> gunzip(std::string_view packed, const std::string& name, std::uint64_t limit) {
  Inflater inflater;
  if (!inflater.ready()) return fail("can't be unpacked: no memory", name);
  z_stream& stream = inflater.stream();
  stream.next_in = reinterpret_cast<const Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, 1U << 16U> buffer;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END)
      return fail("damaged gzip data", name, "expected a whole .gz file");
    out.append(buffer.data(), buffer.size() - stream.avail_out);
    if (out.size() > limit) return fail(fmt::format("unpacks to more than {} bytes", limit), name);
  }
  return out;
}

}  // namespace afterpatch::knowledge

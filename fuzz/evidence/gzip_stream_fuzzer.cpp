#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "evidence/gzip_stream.h"

namespace {

class Bytes final : public afterpatch::evidence::ByteStream {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  afterpatch::Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t given = bytes_.substr(at_).copy(buffer.data(), buffer.size());
    at_ += given;
    return given;
  }
  std::uint64_t consumed() const override { return at_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::string unpack(std::string_view packed, std::size_t step) {
  afterpatch::evidence::GzipStream stream(std::make_unique<Bytes>(packed), "fuzz");
  std::string out;
  std::string buffer(step, '\0');
  while (out.size() < (1U << 20U)) {
    const auto got = stream.read(buffer);
    if (!got || *got == 0) break;
    out.append(buffer, 0, *got);
  }
  out.resize(std::min<std::size_t>(out.size(), 1U << 20U));
  return out;
}

}  // namespace

// What comes out does not depend on the reader's buffer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view packed(reinterpret_cast<const char*>(data), size);
  if (unpack(packed, 777) != unpack(packed, 65536)) std::abort();
  return 0;
}

// Responses of hostile servers, in pieces whose sizes the input chooses: bounded, and the same in any pieces.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exposure/response_reader.h"

using afterpatch::exposure::HttpAnswer;
using afterpatch::exposure::ResponseReader;

namespace {

constexpr std::size_t kBodyBytes = 2000;

HttpAnswer read(std::string_view bytes, std::size_t step) {
  ResponseReader reader(kBodyBytes);
  auto state = ResponseReader::State::more;
  while (!bytes.empty() && state == ResponseReader::State::more) {
    state = reader.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  if (state == ResponseReader::State::more) reader.end();
  return reader.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const HttpAnswer whole = read(bytes, size);
  const HttpAnswer pieces = read(bytes, 1 + data[0] % 64U);
  if (whole.body.size() > kBodyBytes || pieces.body.size() > kBodyBytes) std::abort();
  if (whole.error.empty() && pieces.error.empty() &&
      (whole.status != pieces.status || whole.headers != pieces.headers))
    std::abort();
  return 0;
}

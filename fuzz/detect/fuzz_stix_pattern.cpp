// Patterns of STIX indicators.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/files/stix_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed =
      afterpatch::detect::files::parse_stix_pattern({reinterpret_cast<const char*>(data), size});
  if (parsed && parsed->terms.empty()) __builtin_trap();
  return 0;
}

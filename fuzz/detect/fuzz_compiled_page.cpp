#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/files/compiled_page.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  afterpatch::detect::files::read_compiled_page({reinterpret_cast<const char*>(data), size},
                                                {".aspx", ".ashx"});
  return 0;
}

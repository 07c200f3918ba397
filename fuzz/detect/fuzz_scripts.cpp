// The code of web pages, in every language: the first byte chooses which.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/scripts/script_analysis.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch::detect::scripts;
  constexpr std::array<std::string_view, 8> kExtensions = {".php", ".asp",  ".aspx",   ".ashx",
                                                           ".jsp", ".jspx", ".cshtml", ".txt"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const Reason& reason : analyse_script(bytes, kExtensions[data[0] % kExtensions.size()]).reasons) {
    if (reason.at > bytes.size()) __builtin_trap();
  }
  return 0;
}

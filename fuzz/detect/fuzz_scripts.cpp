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
  const std::string_view extension = kExtensions[data[0] % kExtensions.size()];
  const ScriptAnalysis analysis = analyse_script(bytes, extension);
  for (const Reason& reason : analysis.reasons) {
    if (reason.at > bytes.size()) __builtin_trap();
  }
  // Leaving out pages that are plain, or whose tokens tell nothing, changes no answer.
  if (analysis.reasons.size() != analyse_script(bytes, extension, Walk::every_page).reasons.size())
    __builtin_trap();
  return 0;
}

// Traces of compiled pages.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/files/compiled_trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const afterpatch::knowledge::Product product = [] {
    afterpatch::knowledge::Product made;
    made.web_extensions = {".aspx"};
    made.web_folders.push_back({.folder = "\\inetpub\\wwwroot",
                                .url = "/",
                                .recursive = true,
                                .scripts_never = true,
                                .why = "none"});
    return made;
  }();
  afterpatch::detect::files::judge_compiled_trace(product, {reinterpret_cast<const char*>(data), size});
  return 0;
}

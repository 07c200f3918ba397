// Content of web files, whatever it is.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/files/web_content.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch::detect;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const files::ServedAs served_as :
       {files::ServedAs::script, files::ServedAs::put_aside, files::ServedAs::something}) {
    for (const files::Claim& claim : files::analyse_web_content(bytes, ".aspx", served_as).claims) {
      if (claim.offset > size) __builtin_trap();
      if (served_as == files::ServedAs::something && claim.step == Step::backdoor_file) __builtin_trap();
    }
  }
  return 0;
}

// The cutter, the literals and the conditions of YARA rules take any text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/files/yara_condition.h"
#include "detect/files/yara_literals.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch::detect::files;
  const YaraFileText file = cut_yara_text({reinterpret_cast<const char*>(data), size});
  const YaraFileClass files{
      .prefix = "MZ", .not_prefixes = {}, .min_size = 2, .max_size = 99, .without_nul = true};
  for (const YaraRuleText& rule : file.rules) {
    for (const YaraStringText& string : rule.strings) necessary_literals(string);
    evaluate(
        rule, files, [](std::string_view) { return Truth::unknown; },
        [](std::size_t string) { return string % 2 == 0; });
  }
  return 0;
}

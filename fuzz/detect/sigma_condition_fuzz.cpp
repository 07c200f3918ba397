// Any bytes as a condition, a value and a text to match.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/sigma/condition_parser.h"
#include "detect/sigma/modifiers.h"
#include "detect/sigma/pattern_matcher.h"
#include "detect/sigma/time_part.h"

using namespace afterpatch::detect::sigma;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const std::vector<Selection> kSelections = {{"a", {}, 1}, {"sel_b", {}, 2}, {"sel_c", {}, 3}};
  (void)parse_condition(text, kSelections, 1);

  const std::size_t half = text.find('\n');
  const std::string_view key = text.substr(0, half);
  const std::string_view value = half == std::string_view::npos ? text : text.substr(half + 1);
  (void)make_item(key, {{parse_pattern(value)}}, {std::string(value)}, {{"who", {"a*", "b"}}}, 1);
  (void)matches(parse_pattern(key), value);
  (void)matches(with_interchangeable_dashes(parse_pattern(value)), key);
  (void)parse_network(value);
  (void)parse_yaml_number(value);
  (void)time_part(TimeUnit::week, value);
  return 0;
}

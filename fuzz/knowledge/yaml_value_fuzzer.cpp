// Any bytes as YAML: never a crash, and values stay within the promised depth.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "knowledge/yaml_value.h"

namespace {

using afterpatch::knowledge::YamlValue;

std::size_t depth_of(const YamlValue& value) {
  std::size_t deepest = 0;
  for (const YamlValue& item : value.items) deepest = std::max(deepest, depth_of(item));
  for (const YamlValue::Entry& entry : value.entries) deepest = std::max(deepest, depth_of(entry.value));
  return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto yaml = afterpatch::knowledge::parse_yaml({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (yaml && depth_of(*yaml) > afterpatch::knowledge::kMaxYamlDepth + 1) std::abort();
  return 0;
}

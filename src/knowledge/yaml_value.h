// A YAML file as plain values with line numbers. Our knowledge needs no anchors, tags or several documents,
// and they are how a small YAML file becomes a large one, so they are refused. Duplicate keys are kept:
// whoever reads the map names them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace afterpatch::knowledge {

inline constexpr std::size_t kMaxYamlBytes = 4U << 20U;
inline constexpr std::size_t kMaxYamlDepth = 32;

struct YamlValue {
  enum class Kind { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  std::string text;              // of a scalar
  std::uint64_t line = 1;        // 1-based
  std::vector<YamlValue> items;  // of a list
  std::vector<Entry> entries;    // of a map, in order
};

struct YamlValue::Entry {
  std::string key;
  std::uint64_t line = 1;
  YamlValue value;
};

// `name` stands in error messages. Fails, with file and line, on bad syntax, anchors, aliases, a second
// document, keys that are no scalars, more than kMaxYamlDepth levels or kMaxYamlBytes. An empty file gives a
// null. Never throws. Thread-safe.
Result<YamlValue> parse_yaml(std::string_view text, const std::string& name);

}  // namespace afterpatch::knowledge

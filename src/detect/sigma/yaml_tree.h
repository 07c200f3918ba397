// A YAML document as a tree with line numbers. Rules are other people's files: depth and size are bounded,
// aliases are counted at their full size (so no "billion laughs"), and duplicate keys, cycles and syntax
// errors are named by line. Scalars are kept as text; what a plain scalar means is decided by YAML 1.2's core
// schema (`yes` is text, not true).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/sigma/rule_error.h"

namespace afterpatch::detect::sigma {

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };
  Kind kind = Kind::null;
  bool quoted = false;                 // a scalar that is text whatever it looks like
  std::uint64_t line = 0;              // 1-based, in the file
  std::string text;                    // of a scalar
  std::vector<const YamlNode*> items;  // of a sequence
  std::vector<std::pair<const YamlNode*, const YamlNode*>> entries;  // of a map, in file order

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_map() const { return kind == Kind::map; }
  // Value of a key; null pointer if this is no map or has no such key.
  const YamlNode* find(std::string_view key) const;
};

// Owns its nodes, to which `root` and they themselves point, so it moves but never copies.
struct YamlDocument {
  YamlDocument() = default;
  YamlDocument(YamlDocument&&) noexcept = default;
  YamlDocument& operator=(YamlDocument&&) noexcept = default;
  YamlDocument(const YamlDocument&) = delete;
  YamlDocument& operator=(const YamlDocument&) = delete;

  std::deque<YamlNode> nodes;
  const YamlNode* root = nullptr;
};

inline constexpr std::size_t kMaxYamlDepth = 32;
inline constexpr std::size_t kMaxYamlNodes = 100000;  // SigmaHQ's largest rule has 4,432 values

// One entry per document of the text, in order; a document that can't be read is its error and does not spoil
// the others. Empty documents are left out.
std::vector<Parsed<YamlDocument>> parse_yaml(std::string_view text);

}  // namespace afterpatch::detect::sigma

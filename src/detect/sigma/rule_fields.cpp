#include "detect/sigma/rule_fields.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

namespace afterpatch::detect::sigma {
namespace {

// All words of an enumeration that begins at its first value and whose words parse back, for messages.
template <typename Enumeration>
std::string words_of(Enumeration last) {
  std::string words;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    words += fmt::format("{}{}", i == 0 ? "" : ", ", to_string(static_cast<Enumeration>(i)));
  }
  return words;
}

Parsed<void> read_meaning_key(const YamlNode& key, const YamlNode& value, Meaning& meaning) {
  if (key.text == "step") {
    const auto step = parse_step(value.text);
    if (!step)
      return refuse(value.line, fmt::format("unknown step '{}'; expected one of: {}", value.text,
                                            words_of(Step::mitigation)));
    meaning.step = *step;
  } else if (key.text == "confidence") {
    const auto confidence = parse_confidence(value.text);
    if (!confidence) {
      return refuse(value.line, fmt::format("unknown confidence '{}'; expected one of: {}", value.text,
                                            words_of(Confidence::confirmed)));
    }
    meaning.confidence = *confidence;
  } else if (key.text == "cves") {
    auto cves = read_texts(value);
    if (!cves) return std::unexpected(cves.error());
    for (const std::string& cve : *cves) {
      if (!cve.starts_with("CVE-"))
        return refuse(value.line, fmt::format("'{}' is not a CVE id such as CVE-2021-26855", cve));
    }
    meaning.cves = std::move(*cves);
  } else {
    return refuse(
        key.line,
        fmt::format("unknown key '{}' in 'afterpatch'; expected one of: step, confidence, cves", key.text));
  }
  return {};
}

}  // namespace

std::string text_of(const YamlNode& map, std::string_view key) {
  const YamlNode* node = map.find(key);
  return node != nullptr && node->is_scalar() ? node->text : std::string();
}

Parsed<std::vector<std::string>> read_texts(const YamlNode& node) {
  if (node.is_scalar()) return std::vector<std::string>{node.text};
  if (!node.is_sequence()) return refuse(node.line, "expected text or a list of texts");
  std::vector<std::string> texts;
  for (const YamlNode* item : node.items) {
    if (!item->is_scalar()) return refuse(item->line, "expected text");
    texts.push_back(item->text);
  }
  return texts;
}

Parsed<LogSource> read_log_source(const YamlNode& root) {
  const YamlNode* node = root.find("logsource");
  if (node == nullptr) return refuse(root.line, "the rule has no 'logsource'");
  if (!node->is_map()) return refuse(node->line, "'logsource' must be a map");
  LogSource source{to_lower_ascii(text_of(*node, "category")), to_lower_ascii(text_of(*node, "product")),
                   to_lower_ascii(text_of(*node, "service"))};
  if (source == LogSource{})
    return refuse(node->line, "'logsource' needs at least one of category, product and service");
  return source;
}

Parsed<Meaning> read_meaning(const YamlNode& node) {
  if (!node.is_map()) return refuse(node.line, "'afterpatch' must be a map of step, confidence and cves");
  Meaning meaning;
  for (const auto& [key, value] : node.entries) {
    if (auto read = read_meaning_key(*key, *value, meaning); !read) return std::unexpected(read.error());
  }
  return meaning;
}

}  // namespace afterpatch::detect::sigma

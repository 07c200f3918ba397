#include "detect/sigma/rule_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "detect/sigma/condition_parser.h"
#include "detect/sigma/number.h"
#include "detect/sigma/rule_fields.h"

namespace afterpatch::detect::sigma {
namespace {

// --- values (YAML 1.2 core schema) ---

Value value_of(const YamlNode& node) {
  if (node.is_null()) return {Null{}};
  if (!node.quoted) {
    const std::string& text = node.text;
    if (text == "true" || text == "True" || text == "TRUE") return {Boolean{true}};
    if (text == "false" || text == "False" || text == "FALSE") return {Boolean{false}};
    if (auto number = parse_yaml_number(text)) return {std::move(*number)};
  }
  return {parse_pattern(node.text)};
}

bool is_plain_value(const YamlNode& node) {
  return node.is_scalar() || node.is_null();
}

bool is_list_of_values(const YamlNode& node) {
  return node.is_sequence() &&
         std::ranges::all_of(node.items, [](const YamlNode* item) { return is_plain_value(*item); });
}

// --- detections ---

Parsed<Detection> read_item(std::string_view key, const YamlNode& value, std::uint64_t line,
                            const Placeholders& placeholders) {
  if (!is_plain_value(value) && !is_list_of_values(value))
    return refuse(value.line, fmt::format("the value of '{}' must be a value or a list of values", key));
  std::vector<Value> values;
  std::vector<std::string> texts;
  const auto add = [&](const YamlNode& node) {
    values.push_back(value_of(node));
    texts.push_back(node.text);
  };
  if (value.is_sequence()) {
    for (const YamlNode* item : value.items) add(*item);
  } else {
    add(value);
  }
  auto item = make_item(key, std::move(values), texts, placeholders, line);
  if (!item) return std::unexpected(item.error());
  return Detection{Detection::Kind::item, std::move(*item), {}};
}

Detection joined(Detection::Kind kind, std::vector<Detection> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  return Detection{kind, {}, std::move(parts)};
}

Parsed<Detection> read_detection(const YamlNode& node, const Placeholders& placeholders);

Parsed<Detection> read_map(const YamlNode& node, const Placeholders& placeholders) {
  std::vector<Detection> parts;
  for (const auto& [key, value] : node.entries) {
    auto part = read_item(key->text, *value, key->line, placeholders);
    if (!part) return part;
    parts.push_back(std::move(*part));
  }
  return joined(Detection::Kind::all_of, std::move(parts));
}

Parsed<Detection> read_list(const YamlNode& node, const Placeholders& placeholders) {
  std::vector<Detection> parts;
  for (const YamlNode* item : node.items) {
    auto part = read_detection(*item, placeholders);
    if (!part) return part;
    parts.push_back(std::move(*part));
  }
  return joined(Detection::Kind::any_of, std::move(parts));
}

Parsed<Detection> read_detection(const YamlNode& node, const Placeholders& placeholders) {
  const bool empty = (node.is_map() && node.entries.empty()) || (node.is_sequence() && node.items.empty());
  if (empty || node.is_null()) return refuse(node.line, "a selection is empty");
  if (node.is_map()) return read_map(node, placeholders);
  if (is_plain_value(node) || is_list_of_values(node)) return read_item("", node, node.line, placeholders);
  return read_list(node, placeholders);
}

Parsed<std::vector<Selection>> read_selections(const YamlNode& node,
                                               std::initializer_list<std::string_view> other_keys,
                                               const Placeholders& placeholders) {
  std::vector<Selection> selections;
  for (const auto& [key, value] : node.entries) {
    if (std::ranges::find(other_keys, key->text) != other_keys.end()) continue;
    if (key->text == "timeframe")
      return refuse(
          key->line,
          "'timeframe' belongs to the aggregations of Sigma 1; a correlation rule takes their place");
    auto detection = read_detection(*value, placeholders);
    if (!detection) return std::unexpected(detection.error());
    selections.push_back({key->text, std::move(*detection), key->line});
  }
  if (selections.empty()) return refuse(node.line, "there is no selection");
  return selections;
}

// A list of conditions means any of them.
Parsed<Condition> read_condition(const YamlNode& node, const std::vector<Selection>& selections,
                                 std::string& text) {
  const YamlNode* condition = node.find("condition");
  if (condition == nullptr) return refuse(node.line, "there is no 'condition'");
  const auto texts = read_texts(*condition);
  if (!texts) return std::unexpected(texts.error());
  if (texts->empty()) return refuse(condition->line, "there is no 'condition'");
  Condition any{Condition::Kind::any_of, 0, {}};
  for (const std::string& one : *texts) {
    auto parsed = parse_condition(one, selections, condition->line);
    if (!parsed) return parsed;
    any.parts.push_back(std::move(*parsed));
    text += text.empty() ? one : " or " + one;
  }
  if (any.parts.size() == 1) return std::move(any.parts[0]);
  return any;
}

// --- documents ---

constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high", "critical"};

std::vector<std::string> optional_texts(const YamlNode& root, std::string_view key) {
  const YamlNode* node = root.find(key);
  if (node == nullptr) return {};
  return read_texts(*node).value_or(std::vector<std::string>{});
}

template <typename Document>
void read_head(const YamlNode& root, Document& document) {
  document.line = root.line;
  document.title = text_of(root, "title");
  document.id = text_of(root, "id");
  document.name = text_of(root, "name");
}

Parsed<std::string> read_level(const YamlNode& root) {
  std::string level = to_lower_ascii(text_of(root, "level"));
  if (level.empty() || std::ranges::find(kLevels, level) != kLevels.end()) return level;
  return refuse(
      root.find("level")->line,
      fmt::format("unknown level '{}'; expected one of: informational, low, medium, high, critical", level));
}

Parsed<Rule> read_metadata(const YamlNode& root) {
  Rule rule;
  read_head(root, rule);
  if (rule.title.empty()) return refuse(root.line, "the rule has no 'title'");
  rule.status = text_of(root, "status");
  auto level = read_level(root);
  if (!level) return std::unexpected(level.error());
  rule.level = std::move(*level);
  rule.description = text_of(root, "description");
  rule.author = text_of(root, "author");
  rule.date = text_of(root, "date");
  rule.modified = text_of(root, "modified");
  rule.tags = optional_texts(root, "tags");
  rule.references = optional_texts(root, "references");
  rule.false_positives = optional_texts(root, "falsepositives");
  return rule;
}

template <typename Document>
Parsed<void> read_meaning_of(const YamlNode& root, Document& document) {
  const YamlNode* node = root.find("afterpatch");
  if (node == nullptr) return {};
  auto meaning = read_meaning(*node);
  if (!meaning) return std::unexpected(meaning.error());
  document.meaning = std::move(*meaning);
  return {};
}

Parsed<SigmaDocument> read_rule(const YamlNode& root, const Placeholders& placeholders) {
  auto rule = read_metadata(root);
  if (!rule) return std::unexpected(rule.error());
  auto source = read_log_source(root);
  if (!source) return std::unexpected(source.error());
  rule->log_source = std::move(*source);
  if (auto read = read_meaning_of(root, *rule); !read) return std::unexpected(read.error());
  const YamlNode* detection = root.find("detection");
  if (detection == nullptr || !detection->is_map())
    return refuse(root.line, "the rule has no 'detection' map");
  auto selections = read_selections(*detection, {"condition"}, placeholders);
  if (!selections) return std::unexpected(selections.error());
  rule->selections = std::move(*selections);
  auto condition = read_condition(*detection, rule->selections, rule->condition_text);
  if (!condition) return std::unexpected(condition.error());
  rule->condition = std::move(*condition);
  return std::move(*rule);
}

Parsed<void> read_filtered_rules(const YamlNode& node, Filter& filter) {
  const YamlNode* rules = node.find("rules");
  if (rules == nullptr)
    return refuse(node.line, "a filter needs 'rules': any, or a list of rule ids or names");
  auto texts = read_texts(*rules);
  if (!texts) return std::unexpected(texts.error());
  filter.any_rule = texts->empty() || (rules->is_scalar() && equals_ignoring_case(rules->text, "any"));
  filter.rules = std::move(*texts);
  return {};
}

Parsed<SigmaDocument> read_filter(const YamlNode& root, const Placeholders& placeholders) {
  Filter filter;
  read_head(root, filter);
  auto source = read_log_source(root);
  if (!source) return std::unexpected(source.error());
  filter.log_source = std::move(*source);
  const YamlNode& node = *root.find("filter");
  if (!node.is_map()) return refuse(node.line, "'filter' must be a map");
  if (auto read = read_filtered_rules(node, filter); !read) return std::unexpected(read.error());
  auto selections = read_selections(node, {"condition", "rules"}, placeholders);
  if (!selections) return std::unexpected(selections.error());
  filter.selections = std::move(*selections);
  std::string text;
  auto condition = read_condition(node, filter.selections, text);
  if (!condition) return std::unexpected(condition.error());
  filter.condition = std::move(*condition);
  return filter;
}

Parsed<SigmaDocument> read_correlation(const YamlNode& root) {
  auto correlation = parse_correlation(root);
  if (!correlation) return std::unexpected(correlation.error());
  read_head(root, *correlation);
  if (correlation->title.empty()) return refuse(root.line, "the correlation has no 'title'");
  auto level = read_level(root);
  if (!level) return std::unexpected(level.error());
  correlation->level = std::move(*level);
  correlation->tags = optional_texts(root, "tags");
  if (auto read = read_meaning_of(root, *correlation); !read) return std::unexpected(read.error());
  return std::move(*correlation);
}

}  // namespace

Parsed<SigmaDocument> parse_sigma(const YamlNode& root, const Placeholders& placeholders) {
  if (!root.is_map()) return refuse(root.line, "a Sigma rule must be a map");
  if (root.find("action") != nullptr)
    return refuse(root.line, "collections with 'action' were removed from Sigma 2");
  if (root.find("filter") != nullptr) return read_filter(root, placeholders);
  if (root.find("correlation") != nullptr) return read_correlation(root);
  return read_rule(root, placeholders);
}

std::string identity_of(const YamlNode& root) {
  for (const std::string_view key : {"id", "name", "title"}) {
    std::string text = text_of(root, key);
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace afterpatch::detect::sigma

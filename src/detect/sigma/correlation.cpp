#include "detect/sigma/correlation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "detect/sigma/condition_parser.h"
#include "detect/sigma/number.h"
#include "detect/sigma/rule_fields.h"

namespace afterpatch::detect::sigma {
namespace {

constexpr std::array<std::string_view, 8> kTypes = {"event_count",      "value_count", "temporal",
                                                    "temporal_ordered", "value_sum",   "value_avg",
                                                    "value_percentile", "value_median"};
constexpr std::array<std::string_view, 7> kKeys = {"type",      "rules",   "group-by", "timespan",
                                                   "condition", "aliases", "generate"};
constexpr std::array<std::string_view, 6> kOperators = {"gt", "gte", "lt", "lte", "eq", "neq"};

// Places of Sigma's names in the tables above are the values of the enumerations.
template <std::size_t N>
std::optional<std::size_t> place_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

Parsed<CorrelationType> read_type(const YamlNode& correlation) {
  const YamlNode* node = correlation.find("type");
  if (node == nullptr) return refuse(correlation.line, "a correlation needs a 'type'");
  const auto place = place_of(kTypes, node->text);
  if (!place) return refuse(node->line, fmt::format("unknown correlation type '{}'", node->text));
  return static_cast<CorrelationType>(*place);
}

constexpr std::size_t kMaxRules = 1000;
// Keeps microseconds inside 64 bits; no log is that long.
constexpr std::int64_t kMaxTimespanSeconds = std::int64_t{10000} * 31556952;

// Seconds of a unit, 0 for none; a month and a year are pySigma's averages of the Gregorian calendar.
std::int64_t seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    case 'w':
      return 604800;
    case 'M':
      return 2629746;
    case 'y':
      return 31556952;
    default:
      return 0;
  }
}

Parsed<std::int64_t> read_timespan(const YamlNode& correlation) {
  const YamlNode* node = correlation.find("timespan");
  if (node == nullptr) return refuse(correlation.line, "a correlation needs a 'timespan'");
  const std::string& text = node->text;
  const std::int64_t unit = text.empty() ? 0 : seconds_of(text.back());
  std::int32_t count = 0;
  const char* end = text.data() + text.size() - (text.empty() ? 0 : 1);
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (unit == 0 || error != std::errc() || stop != end || count <= 0) {
    return refuse(node->line, fmt::format("'{}' is not a timespan such as 30s, 15m, 1h or 7d", text));
  }
  if (unit * count > kMaxTimespanSeconds)
    return refuse(node->line, fmt::format("the timespan '{}' is longer than 10,000 years", text));
  return unit * count;
}

Parsed<void> read_condition_map(const YamlNode& node, Correlation& correlation) {
  for (const auto& [key, value] : node.entries) {
    if (key->text == "field") {
      auto fields = read_texts(*value);
      if (!fields) return std::unexpected(fields.error());
      correlation.fields = std::move(*fields);
      continue;
    }
    const auto number = parse_yaml_number(value->text);
    const auto op = place_of(kOperators, key->text);
    if (!op && key->text != "percentile")
      return refuse(key->line, fmt::format("unknown key '{}' in the condition of a correlation", key->text));
    if (!number)
      return refuse(value->line, fmt::format("'{}' of a correlation's condition needs a number", key->text));
    const double amount = std::visit([](auto v) { return static_cast<double>(v); }, number->value);
    if (op) {
      correlation.limits.push_back({static_cast<CorrelationLimit::Operator>(*op), amount});
    } else {
      correlation.percentile = amount;
    }
  }
  if (correlation.limits.empty())
    return refuse(node.line, "the condition of a correlation needs one of gt, gte, lt, lte, eq, neq");
  return {};
}

bool is_condition_word(std::string_view word) {
  return equals_ignoring_case(word, "and") || equals_ignoring_case(word, "or") ||
         equals_ignoring_case(word, "not");
}

// A temporal correlation may leave its rules to the condition.
std::vector<std::string> rules_named_in(std::string_view text) {
  std::vector<std::string> names;
  std::string separated(text);
  std::ranges::replace_if(
      separated, [](char c) { return c == '(' || c == ')' || c == '\t' || c == '\n'; }, ' ');
  for (const std::string_view word : split(separated, ' ')) {
    if (!word.empty() && !is_condition_word(word) && std::ranges::find(names, word) == names.end())
      names.emplace_back(word);
  }
  return names;
}

void collect_selections(const Condition& condition, std::vector<bool>& used) {
  if (condition.kind == Condition::Kind::selection) used[condition.selection] = true;
  for (const Condition& part : condition.parts) collect_selections(part, used);
}

// Names joined by `and`, some of them after `not`: of these alone it is plain what their order means.
bool is_sequence(const Condition& condition) {
  const auto is_name = [](const Condition& part) { return part.kind == Condition::Kind::selection; };
  const auto is_step = [&](const Condition& part) {
    return is_name(part) || (part.kind == Condition::Kind::negation && is_name(part.parts[0]));
  };
  if (condition.kind == Condition::Kind::all_of) return std::ranges::all_of(condition.parts, is_step);
  return is_name(condition);
}

Parsed<void> read_extended(const YamlNode& node, Correlation& correlation) {
  if (!is_temporal(correlation.type))
    return refuse(node.line, "a condition of names is for temporal correlations only");
  if (correlation.rules.empty()) correlation.rules = rules_named_in(node.text);
  std::vector<Selection> names;
  for (const std::string& rule : correlation.rules) names.push_back({rule, {}, node.line});
  auto condition = parse_condition(node.text, names, node.line);
  if (!condition) return std::unexpected(condition.error());
  std::vector<bool> used(names.size());
  collect_selections(*condition, used);
  const auto unused = std::ranges::find(used, false);
  if (unused != used.end()) {
    const auto& name = correlation.rules[static_cast<std::size_t>(unused - used.begin())];
    return refuse(node.line, fmt::format("the rule '{}' is listed but not in the condition", name));
  }
  if (correlation.type == CorrelationType::temporal_ordered && !is_sequence(*condition))
    return refuse(node.line,
                  "the condition of temporal_ordered must be names, or 'not' names, joined by 'and'");
  correlation.extended = std::move(*condition);
  return {};
}

Parsed<void> read_condition(const YamlNode& node, Correlation& correlation) {
  const YamlNode* condition = node.find("condition");
  if (condition == nullptr) {
    if (is_temporal(correlation.type)) return {};
    return refuse(node.line, "a correlation of this type needs a 'condition'");
  }
  if (condition->is_scalar()) return read_extended(*condition, correlation);
  if (!condition->is_map())
    return refuse(condition->line,
                  "the condition of a correlation must be a map or, for temporal ones, text");
  return read_condition_map(*condition, correlation);
}

Parsed<void> check_values(const YamlNode& node, const Correlation& correlation) {
  if (!needs_values(correlation.type)) return {};
  if (correlation.fields.empty())
    return refuse(node.line, "the condition of this correlation type needs a 'field'");
  if (correlation.fields.size() > 1 && correlation.type != CorrelationType::value_count)
    return refuse(node.line, "only value_count takes several fields");
  if (correlation.type == CorrelationType::value_percentile && !correlation.percentile)
    return refuse(node.line,
                  "the condition of a value_percentile needs 'percentile', a number from 0 to 100");
  return {};
}

Parsed<void> check(const YamlNode& node, const Correlation& correlation) {
  if (correlation.percentile && (*correlation.percentile < 0 || *correlation.percentile > 100)) {
    return refuse(node.line, "a percentile lies between 0 and 100");
  }
  if (correlation.type == CorrelationType::temporal_ordered && !correlation.limits.empty())
    return refuse(node.line,
                  "temporal_ordered takes no numbers: all of its rules must be seen in their order");
  if (correlation.rules.empty()) return refuse(node.line, "a correlation needs 'rules'");
  if (correlation.rules.size() > kMaxRules)
    return refuse(node.line, fmt::format("a correlation names more than {} rules", kMaxRules));
  return check_values(node, correlation);
}

Parsed<CorrelationAlias> read_alias(const YamlNode& name, const YamlNode& fields) {
  if (!fields.is_map())
    return refuse(fields.line, fmt::format("the alias '{}' must be a map from rule to field", name.text));
  CorrelationAlias alias{name.text, {}, name.line};
  for (const auto& [rule, field] : fields.entries) {
    if (!field->is_scalar() || field->text.empty())
      return refuse(field->line, fmt::format("the alias '{}' needs the name of a field", name.text));
    alias.fields.emplace_back(rule->text, field->text);
  }
  return alias;
}

Parsed<void> read_aliases(const YamlNode& node, Correlation& correlation) {
  const YamlNode* aliases = node.find("aliases");
  if (aliases == nullptr) return {};
  if (!aliases->is_map()) return refuse(aliases->line, "'aliases' must be a map");
  for (const auto& [name, fields] : aliases->entries) {
    auto alias = read_alias(*name, *fields);
    if (!alias) return std::unexpected(alias.error());
    correlation.aliases.push_back(std::move(*alias));
  }
  return {};
}

Parsed<void> read_generate(const YamlNode& node, Correlation& correlation) {
  const YamlNode* generate = node.find("generate");
  if (generate == nullptr) return {};
  correlation.generate = equals_ignoring_case(generate->text, "true");
  if (!correlation.generate && !equals_ignoring_case(generate->text, "false"))
    return refuse(generate->line, "'generate' must be true or false");
  return {};
}

// A slip such as `groupby` must not change quietly what is counted together.
Parsed<void> check_keys(const YamlNode& node) {
  for (const auto& [key, value] : node.entries) {
    if (place_of(kKeys, key->text)) continue;
    return refuse(key->line,
                  fmt::format("unknown key '{}' in 'correlation'; expected one of: type, rules, group-by, "
                              "timespan, condition, aliases, generate",
                              key->text));
  }
  return {};
}

Parsed<void> read_lists(const YamlNode& node, Correlation& correlation) {
  for (const auto& [key, target] :
       {std::pair{"rules", &correlation.rules}, std::pair{"group-by", &correlation.group_by}}) {
    const YamlNode* list = node.find(key);
    if (list == nullptr) continue;
    auto texts = read_texts(*list);
    if (!texts) return std::unexpected(texts.error());
    *target = std::move(*texts);
  }
  return {};
}

}  // namespace

Parsed<Correlation> parse_correlation(const YamlNode& root) {
  const YamlNode* node = root.find("correlation");
  if (node == nullptr || !node->is_map()) return refuse(root.line, "'correlation' must be a map");
  Correlation correlation;
  const auto type = read_type(*node);
  if (!type) return std::unexpected(type.error());
  correlation.type = *type;
  const auto timespan = read_timespan(*node);
  if (!timespan) return std::unexpected(timespan.error());
  correlation.timespan_seconds = *timespan;
  for (const auto read : {read_lists, read_condition, read_aliases, read_generate}) {
    if (auto done = read(*node, correlation); !done) return std::unexpected(done.error());
  }
  if (auto checked = check_keys(*node); !checked) return std::unexpected(checked.error());
  if (auto checked = check(*node, correlation); !checked) return std::unexpected(checked.error());
  return correlation;
}

const std::string& Correlation::identity() const {
  if (!id.empty()) return id;
  return name.empty() ? title : name;
}

bool is_temporal(CorrelationType type) {
  return type == CorrelationType::temporal || type == CorrelationType::temporal_ordered;
}

bool needs_values(CorrelationType type) {
  return type != CorrelationType::event_count && !is_temporal(type);
}

bool holds(const CorrelationLimit& limit, double value) {
  using enum CorrelationLimit::Operator;
  switch (limit.op) {
    case gt:
      return value > limit.value;
    case gte:
      return value >= limit.value;
    case lt:
      return value < limit.value;
    case lte:
      return value <= limit.value;
    case eq:
      return value == limit.value;
    case neq:
      return value != limit.value;
  }
  return false;
}

}  // namespace afterpatch::detect::sigma

// Correlation documents (Sigma 2.1, "Correlation rules"): what one says. Which rules it names is settled by
// correlation_resolver.h; correlation_engine.h evaluates it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "detect/sigma/rule.h"
#include "detect/sigma/rule_error.h"
#include "detect/sigma/yaml_tree.h"

namespace afterpatch::detect::sigma {

enum class CorrelationType : std::uint8_t {
  event_count,
  value_count,
  temporal,
  temporal_ordered,
  value_sum,
  value_avg,
  value_percentile,
  value_median
};

struct CorrelationLimit {
  enum class Operator : std::uint8_t { gt, gte, lt, lte, eq, neq };
  Operator op = Operator::gte;
  double value = 0;
};

// One name for fields that are called differently in each rule.
struct CorrelationAlias {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;  // rule, as the correlation names it -> its field
  std::uint64_t line = 0;
};

// A rule that a correlation names, once it is found.
struct CorrelationBase {
  bool is_correlation = false;
  std::size_t index = 0;              // place in RuleSet::correlations, else in RuleSet::rules
  std::vector<std::string> group_by;  // its own names for the fields of Correlation::group_by, in that order
  std::vector<std::string> fields;    // the same for Correlation::fields
};

struct Correlation {
  std::string campaign;  // as Rule::campaign
  std::string file;
  std::uint64_t line = 0;
  std::string title;
  std::string id;
  std::string name;
  std::string level;
  std::vector<std::string> tags;
  std::optional<Meaning> meaning;
  CorrelationType type = CorrelationType::event_count;
  std::vector<std::string> rules;  // ids or names, also of other correlations
  std::vector<std::string> group_by;
  std::int64_t timespan_seconds = 0;
  std::vector<CorrelationLimit>
      limits;  // all must hold; empty for a temporal one with its default or an extended condition
  std::vector<std::string> fields;  // whose values are counted, summed, ...; one unless value_count
  std::optional<double> percentile;
  std::optional<Condition>
      extended;           // "a and b and not c", for temporal types; selections are indices into `rules`
  bool generate = false;  // the named rules are shown by themselves as well
  std::vector<CorrelationAlias> aliases;
  std::vector<CorrelationBase> bases;  // by place in `rules`; filled by resolve_correlations
  bool shown_alone = true;             // false when only other correlations want its matches

  // Its id, else its name, else its title.
  const std::string& identity() const;
};

// temporal or temporal_ordered: about which rules were seen, not about how often or with which values.
bool is_temporal(CorrelationType type);
// The types that look at the values of a field.
bool needs_values(CorrelationType type);
bool holds(const CorrelationLimit& limit, double value);

// `root` is a document with a `correlation` key. Its head (title, id, name) is left to the caller.
Parsed<Correlation> parse_correlation(const YamlNode& root);

}  // namespace afterpatch::detect::sigma

// Correlation documents (Sigma 2.1, "Correlation rules"): read and checked in full, not evaluated yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

struct Correlation {
  std::string file;
  std::uint64_t line = 0;
  std::string title;
  std::string id;
  std::string name;
  CorrelationType type = CorrelationType::event_count;
  std::vector<std::string> rules;  // ids or names, also of other correlations
  std::vector<std::string> group_by;
  std::int64_t timespan_seconds = 0;
  std::vector<CorrelationLimit>
      limits;  // all must hold; empty for a temporal one with its default or an extended condition
  std::vector<std::string> fields;  // whose values are counted, summed, ...
  std::optional<double> percentile;
  std::optional<Condition>
      extended;           // "a and b and not c", for temporal types; selections are indices into `rules`
  bool generate = false;  // the named rules are shown by themselves as well
};

// `root` is a document with a `correlation` key. Its head (title, id, name) is left to the caller.
Parsed<Correlation> parse_correlation(const YamlNode& root);

}  // namespace afterpatch::detect::sigma

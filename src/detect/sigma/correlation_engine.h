// Evaluates correlations: from matches of single rules to matches of correlations. Knows nothing of logs: a
// match is a rule, a time, the values of a few fields, and a reference that only the caller understands.
//
// Windows slide. A window ends at a match and holds every match of the same group that is not older than the
// timespan (one that is exactly as old is inside). One is asked for each moment at which there is a match;
// matches of the same moment are in it together. Satisfied windows that share a match are one stretch, and a
// stretch is reported once. See docs/sigma.md, "Correlations".
//
// Example:
//   CorrelationEngine engine(set.correlations);
//   if (engine.wants(rule)) engine.add(rule, time, reference, values);  // values of correlation_fields()
//   engine.evaluate([](const CorrelationMatch& match) { ... });
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "detect/sigma/correlation.h"
#include "detect/sigma/correlation_window.h"

namespace afterpatch::detect::sigma {

inline constexpr std::size_t kMaxCorrelationReferences = 10;
// Longer values are cut: what differs only behind is taken as equal.
inline constexpr std::size_t kMaxGroupValueBytes = 1024;

// One stretch of satisfied windows.
struct CorrelationMatch {
  std::size_t correlation = 0;                             // place among the correlations
  Timestamp first;                                         // of the first match in it
  Timestamp last;                                          // of the last one
  std::vector<std::pair<std::string, std::string>> group;  // group-by field and value, as first written
  std::uint64_t count = 0;                                 // matches in it
  double value = 0;  // what the first satisfied window counted or computed: a number of matches, of values,
                     // of rules seen; a sum, an average, a percentile
  std::vector<std::uint64_t> references;  // of its first matches, at most kMaxCorrelationReferences
};

// Matches that a correlation could not use.
struct CorrelationCounts {
  std::uint64_t over_limit = 0;     // no room was left for them
  std::uint64_t without_group = 0;  // a field of group-by was absent
  std::uint64_t without_value = 0;  // the counted field was absent, or no number where one is needed
};

// The fields of a rule (place in RuleSet::rules) that correlations need, each once, in a fixed order.
// nullopt when no correlation names the rule.
std::optional<std::vector<std::string>> correlation_fields(std::span<const Correlation> correlations,
                                                           std::size_t rule);

struct CorrelationLimits {
  std::size_t matches = 1'000'000;                   // kept for each correlation: 32 bytes each
  std::size_t value_bytes = std::size_t{64} << 20U;  // different values, over all correlations
};

// Not thread-safe.
class CorrelationEngine {
 public:
  // As RuleSet holds them: resolved, each behind those that it names. They must outlive the engine.
  explicit CorrelationEngine(std::span<const Correlation> correlations, const CorrelationLimits& limits = {});

  bool wants(std::size_t rule) const { return uses_.contains(rule); }

  // `values` are those of correlation_fields(); nullopt where the field is absent. In any order of time.
  // False when no correlation had a use for it, so that the reference is not needed.
  bool add(std::size_t rule, Timestamp time, std::uint64_t reference,
           std::span<const std::optional<std::string_view>> values);

  // Hands out the matches of every correlation that is shown by itself, by correlation, then by time.
  // The order does not depend on the order of add(). Call once; forgets all matches.
  void evaluate(const std::function<void(CorrelationMatch&&)>& give);

  // Complete after evaluate(), since chained correlations count too.
  const CorrelationCounts& counts(std::size_t correlation) const { return counts_[correlation]; }

 private:
  // A correlation that wants the matches of a rule, and where its values are among those given.
  struct Use {
    std::size_t correlation = 0;
    std::size_t base = 0;
    std::vector<std::size_t> group_by;
    std::vector<std::size_t> fields;
  };
  struct Stretch {
    std::size_t begin = 0;  // in the sorted matches
    std::size_t end = 0;    // one behind the last
    std::size_t asked = 0;  // the last match of its first satisfied window
    double value = 0;
  };
  using Values = std::span<const std::optional<std::string_view>>;

  static Use make_use(std::size_t correlation, std::size_t base, const CorrelationBase& of,
                      const std::vector<std::string>& given);
  bool store(const Use& use, Timestamp time, std::uint64_t reference, Values values);
  std::optional<std::uint64_t> value_of(const Correlation& correlation, const Use& use, Values values);
  // The values as one text that is told apart from every other; nullopt if one is absent.
  std::optional<std::string> join(const std::vector<std::size_t>& places, Values values) const;
  std::optional<std::uint32_t> number_of(std::string text);
  std::uint32_t insert(std::string text);
  std::uint32_t folded(std::uint32_t number) const { return folded_[number]; }

  void sort(std::size_t correlation);
  std::vector<Stretch> find_stretches(std::size_t correlation);
  void slide(std::size_t correlation, std::size_t begin, std::size_t end, std::vector<Stretch>& stretches);
  void tell(std::size_t correlation, const StoredMatch& match, bool begins_stretch);
  void give_all(std::size_t correlation, std::vector<Stretch> stretches,
                const std::function<void(CorrelationMatch&&)>& give) const;
  CorrelationMatch make_match(std::size_t correlation, const Stretch& stretch) const;
  std::vector<std::string_view> texts_of(std::uint32_t group) const;

  std::span<const Correlation> correlations_;
  CorrelationLimits limits_;
  std::unordered_map<std::size_t, std::vector<Use>> uses_;  // by rule
  std::vector<std::vector<Use>> parents_;                   // by correlation: those that name it
  std::vector<std::vector<StoredMatch>> matches_;           // by correlation
  std::vector<CorrelationCounts> counts_;
  // Texts as written, by number, and the number of the same text in lower case.
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<const std::string*> texts_;
  std::vector<std::uint32_t> folded_;
  std::size_t value_bytes_ = 0;
};

}  // namespace afterpatch::detect::sigma

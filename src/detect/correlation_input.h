// Turns "this rule matched this record" into what correlations need. Used by every search that runs Sigma
// rules, whatever its records are.
//
// Example (once a search, then for each match):
//   CorrelationInput input(rules);                        // by the program's rule numbers
//   sigma::Program program(plain_rules, input.field_names());
//   input.bind(program);
//   if (input.wants(rule)) input.add(rule, event, {time, place, log, raw}, outcome.base_matches);
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "detect/base_match.h"
#include "detect/sigma/event.h"
#include "detect/sigma/program.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect {

// Immutable once bound; shared between threads.
class CorrelationInput {
 public:
  // One rule of a program. The set is needed only by the constructor.
  struct RuleOfSet {
    const sigma::RuleSet* set = nullptr;
    std::size_t rule = 0;  // place in set->rules
    bool of_campaign = false;
  };
  // Where and when a record was found.
  struct Found {
    std::optional<Timestamp> time;
    Place place;
    std::string_view log;
    std::string_view raw;
  };

  explicit CorrelationInput(std::span<const RuleOfSet> rules);

  // What the program must know beside the fields of its rules.
  std::vector<std::string> field_names() const;
  // REQUIRES: the program was given field_names().
  void bind(const sigma::Program& program);

  bool wants(std::size_t rule) const { return rules_[rule].wanted; }
  // Of a field with several values the first counts. REQUIRES: bound, wants(rule).
  void add(std::size_t rule, const sigma::Event& event, const Found& found, BaseMatches& matches) const;

 private:
  struct Wanted {
    bool wanted = false;
    bool of_campaign = false;
    std::size_t rule = 0;
    std::vector<std::string> fields;
    std::vector<sigma::FieldId> ids;
  };
  std::vector<Wanted> rules_;  // by the program's rule number
};

}  // namespace afterpatch::detect

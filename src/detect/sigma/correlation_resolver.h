// Finds the rules that correlations name, and refuses the correlations that can't be evaluated.
#pragma once

#include <string>
#include <vector>

#include "detect/sigma/correlation.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect::sigma {

// A document that was refused, by the names under which a correlation may ask for it.
struct RefusedDocument {
  std::string id;
  std::string name;
  std::string place;  // "file:line"
};

// A correlation of correlations of ... : deeper chains are refused.
inline constexpr std::size_t kMaxCorrelationDepth = 32;

// Adds to set.correlations what can be evaluated, each behind those that it names; to set.refused the rest,
// in the order of `found`. Marks rules and correlations that are not to be shown by themselves
// (`shown_alone`): those named by at least one correlation, and by none with `generate: true`.
void resolve_correlations(std::vector<Correlation> found, const std::vector<RefusedDocument>& refused,
                          RuleSet& set);

}  // namespace afterpatch::detect::sigma

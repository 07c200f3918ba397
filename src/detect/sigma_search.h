// Runs Sigma rules over the rows of one log: the rules' necessary literals decide which rows are looked at,
// and which rules are asked of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/row_search.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect {

// Both sets live on in the searches made from them.
struct SigmaRules {
  std::shared_ptr<const sigma::RuleSet> campaign;  // their `afterpatch:` block decides
  std::shared_ptr<const sigma::RuleSet> user;      // shown as context
  std::string campaign_id;
};

// Null when no rule is for this log ("iis-w3c", "http-proxy", ...).
std::shared_ptr<const RowSearch> make_sigma_search(const SigmaRules& rules, std::string_view log);

// Rules that none of these logs can feed. Those for Windows events are not counted (events/event_rules.h).
std::uint64_t count_idle(const SigmaRules& rules, const std::vector<std::string_view>& logs);

}  // namespace afterpatch::detect

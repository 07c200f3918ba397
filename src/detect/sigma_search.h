// Runs Sigma rules over the rows of one log: the rules' necessary literals decide which rows are looked at,
// and which rules are asked of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/row_search.h"
#include "detect/sigma_rules.h"

namespace afterpatch::detect {

// Null when no rule is for this log ("iis-w3c", "http-proxy", ...).
std::shared_ptr<const RowSearch> make_sigma_search(const SigmaRules& rules, std::string_view log);

// Rules that none of these logs can feed, and correlations of nothing but such rules.
std::uint64_t count_idle(const SigmaRules& rules, const std::vector<std::string_view>& logs);

}  // namespace afterpatch::detect

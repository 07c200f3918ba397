// Runs Sigma rules over the rows of one log: the rules' necessary literals decide which rows are looked at,
// and which rules are asked of them.
#pragma once

#include <memory>
#include <string_view>

#include "detect/row_search.h"
#include "detect/sigma_rules.h"

namespace afterpatch::detect {

// Null when no rule is for this log ("iis-w3c", "http-proxy", ...).
std::shared_ptr<const RowSearch> make_sigma_search(const SigmaRules& rules, std::string_view log);

}  // namespace afterpatch::detect

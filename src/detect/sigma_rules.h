// The Sigma rules of a hunt: the campaign's and the user's.
#pragma once

#include <memory>
#include <string>

#include "detect/sigma/rule_set.h"

namespace afterpatch::detect {

// Both sets live on in the searches made from them.
struct SigmaRules {
  std::shared_ptr<const sigma::RuleSet> campaign;  // their `afterpatch:` block decides
  std::shared_ptr<const sigma::RuleSet> user;      // shown as context
  std::string campaign_id;
};

}  // namespace afterpatch::detect

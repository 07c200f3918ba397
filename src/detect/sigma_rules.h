// The Sigma rules of a hunt: those that come with the product and its campaigns, and the user's.
#pragma once

#include <memory>

#include "detect/sigma/rule_set.h"

namespace afterpatch::detect {

// Both sets live on in the searches made from them.
struct SigmaRules {
  std::shared_ptr<const sigma::RuleSet>
      campaign;                                // of product and campaigns: their `afterpatch:` block decides
  std::shared_ptr<const sigma::RuleSet> user;  // shown as context
};

}  // namespace afterpatch::detect

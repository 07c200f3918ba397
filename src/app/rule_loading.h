// Sigma rules as commands take them from the user.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::app {

struct RulePaths {
  std::vector<std::filesystem::path> rules;  // files and folders
  std::filesystem::path placeholders;        // values for `expand`; empty = none
};

// Fails when a path is missing or the placeholders can't be read. Single bad rules are in the set's
// `refused`.
Result<detect::sigma::RuleSet> load_rules(const RulePaths& paths);

}  // namespace afterpatch::app

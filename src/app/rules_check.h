// `afterpatch rules check PATH... [--against SOURCE]`
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/rule_loading.h"

namespace afterpatch::app {

struct RulesCheck {
  RulePaths paths;
  std::vector<std::string> against;  // evidence sources; none = the rules alone are checked
  bool json = false;
};

// Results go to `out`, talk to `err`. Returns an exit status: kFound when a rule was refused.
int check_rules(const RulesCheck& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

// `afterpatch rules explain RULE RECORD`
#pragma once

#include <iosfwd>
#include <string>

#include "app/rule_loading.h"

namespace afterpatch::app {

struct RulesExplain {
  std::string rule;    // a rule file, or the id or name of a rule in `paths`
  std::string record;  // a log file or "-", perhaps with ":LINE", or ":ID" of an event
  RulePaths paths;     // of --sigma
  bool json = false;
};

// Results go to `out`, talk to `err`. Returns an exit status: kSuccess whether the rule matches or not.
int explain_rule(const RulesExplain& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

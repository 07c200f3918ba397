// `afterpatch rules coverage [PATH...]`
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/rule_loading.h"
#include "app/usual_campaign.h"

namespace afterpatch::app {

struct RulesCoverage {
  RulePaths paths;  // beside the campaign's own rules
  std::string campaign = kUsualCampaign;
  std::optional<std::filesystem::path> knowledge;
};

// Writes an ATT&CK Navigator layer to `out`, names refused rules on `err`. Returns an exit status: kFound
// when a rule was refused, since the layer then lacks it.
int write_coverage(const RulesCoverage& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

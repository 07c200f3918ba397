// What must hold besides the right build: a note for each flaw of a campaign that the build alone does not
// decide.
#pragma once

#include <vector>

#include "assess/attribution.h"
#include "assess/server_report.h"
#include "knowledge/special_conditions.h"

namespace afterpatch::assess {

// Adds the notes to every server of the hunt and of its other campaigns.
void add_exposure_conditions(HuntReport& hunt, const Campaigns& campaigns,
                             const std::vector<knowledge::SpecialCondition>& conditions);

}  // namespace afterpatch::assess

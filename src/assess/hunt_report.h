// From findings to the whole report.
#pragma once

#include <vector>

#include "assess/attribution.h"
#include "assess/server_report.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

// `campaigns`: those hunted for, in order of their windows; not empty. The report tells of the one with the
// worst verdict, of equal ones of the one whose days the logs cover best, then of one whose patch is seen to
// have been installed, then of the newest; the others stand in HuntReport::other_campaigns. Each guide is for
// all that any of them found on the server. `pivots`: the searches that were made, with what they found.
// Takes the findings apart; detections must have been attributed (attribution.h).
HuntReport make_hunt_report(detect::Findings&& findings, const Campaigns& campaigns,
                            const knowledge::Product& product, const std::vector<PivotStep>& pivots);

}  // namespace afterpatch::assess

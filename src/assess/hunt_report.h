// A whole hunt: the server's answer with what the hunt itself was.
#pragma once

#include <vector>

#include "assess/server_report.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

// Takes the findings, since detections and coverage of a large server are many.
HuntReport make_hunt_report(detect::Findings&& findings, const knowledge::Campaign& campaign,
                            const knowledge::Product& product, const std::vector<PivotStep>& pivots);

}  // namespace afterpatch::assess

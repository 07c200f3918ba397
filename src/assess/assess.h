// From findings to the answer for one server. Pure: the same findings give the same report, byte for byte, on
// any thread.
//
// Example:
//   detect::Findings findings = engine.first_pass(inventory, progress);
//   ... pivots.h ...
//   const ServerReport report = assess(findings, *campaign, *product, steps);
#pragma once

#include <vector>

#include "assess/server_report.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

// How each conclusion is drawn, and why so: docs/verdict.md.
ServerReport assess(const detect::Findings& findings, const knowledge::Campaign& campaign,
                    const knowledge::Product& product, const std::vector<PivotStep>& pivots);

}  // namespace afterpatch::assess

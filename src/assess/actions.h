// What to do now: the steps of the campaign's guide that fit the verdict, with this server's own paths and
// addresses.
#pragma once

#include <vector>

#include "assess/server_report.h"
#include "knowledge/campaign.h"

namespace afterpatch::assess {

// How many steps are marked to be done now: what fits on a screen and in a head.
inline constexpr std::size_t kStepsNow = 3;

// Steps in the guide's order, which is the order of doing. A step fits when any of its conditions holds:
//   always; no-evidence, probed, exploited, backdoored, re-entered: the verdict is exactly that (no-evidence
//   only with sufficient coverage); can't-tell: no more than probed, and coverage not sufficient;
//   mail-accessed; credentials-exposed; patched: no known open flaw; unpatched: not patched, which includes a
//   build that can't be told.
// `other_waves`: what other campaigns did to the same server; their back doors and addresses stand in the
// steps as well, and so do the steps for mail that was read and credentials that were exposed by them: one
// server is cleaned once, of everything.
// REQUIRES: verdict, doors, runs, names and first_evidence of each report are filled in.
std::vector<Action> fitting_actions(const ServerReport& report, const knowledge::Campaign& campaign,
                                    const std::vector<const ServerReport*>& other_waves = {});

}  // namespace afterpatch::assess

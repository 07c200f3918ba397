// Joins exposure, runs, doors, mail and coverage into the verdict. The table of conditions is
// docs/verdict.md; this file is that table and nothing more.
#pragma once

#include <optional>

#include "assess/exposure.h"
#include "assess/incident.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// REQUIRES: doors, mailboxes and coverage of `report` are filled in; `runs` are those of the same incident.
Verdict judge(const ServerReport& report, const Runs& runs, Exposure exposure, const Incident& incident);

// Earliest time of anything that lifts the verdict to exploited or worse. A door's file time counts only
// where planting was told by it (planting.h has weighed it).
std::optional<Timestamp> first_evidence(const ServerReport& report, const Runs& runs,
                                        const Incident& incident);

}  // namespace afterpatch::assess

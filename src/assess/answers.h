// The six answers, in the words of somebody who has to act tonight. None of them ever says "clean" or "safe":
// what the logs don't show, the logs don't show.
#pragma once

#include <vector>

#include "assess/exposure.h"
#include "assess/incident.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// In order: exposed, exploited, left-behind, returned, mail, unknowns. Each text is at most kMaxAnswerBytes
// long. REQUIRES: all of `report` but answers, actions and timeline is filled in.
std::vector<Answer> six_answers(const ServerReport& report, const ExposureHistory& exposure, const Runs& runs,
                                const Incident& incident);

}  // namespace afterpatch::assess

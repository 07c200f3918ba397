// One order of events: what the world knew, what build the server ran, what was done to it, and what it left.
#pragma once

#include <vector>

#include "assess/incident.h"

namespace afterpatch::assess {

// Most events of probes and of mere looks at doors: a year of scanning must not bury a break-in.
inline constexpr std::size_t kMaxProbeEvents = 100;

// Ordered by time, then by lane as in TimelineEvent. REQUIRES: exposure, runs, doors and mailboxes of
// `report` are filled in.
std::vector<TimelineEvent> timeline_of(const ServerReport& report, const Incident& incident);

}  // namespace afterpatch::assess

// Oddities that a reader must know to trust, or distrust, the rest.
#pragma once

#include <string>
#include <vector>

#include "assess/incident.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// Server names in the logs, most frequent first, ties by name. At most 16.
std::vector<std::string> server_names(const detect::Findings& findings);

// One sentence each, in a fixed order. REQUIRES: names, patched_at, runs and doors of `report` are filled in.
std::vector<std::string> notes_on(const ServerReport& report, const Runs& runs, const Incident& incident);

}  // namespace afterpatch::assess

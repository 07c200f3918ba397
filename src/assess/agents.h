// User agents as a trace. Most say nothing: a browser's, or what a published library sends by itself, is
// shared by intruders, scanners and the server's own users. A rare one is worth a search, and other clients
// that sent it are worth a look; they are never taken for the same intruder by that alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/incident.h"
#include "assess/leads.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// Whether the agent is sent by a browser, a library or a mail program as it comes, or is too short to be
// looked for.
bool is_common_agent(std::string_view agent);

// Rare agents of runs that got inside; sorted, each once, at most kMaxAgents.
inline constexpr std::size_t kMaxAgents = 8;
std::vector<std::string> rare_agents(const Runs& runs, const Incident& incident);

// Other clients that sent one.
std::vector<Lead> agent_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                              const Incident& incident);

}  // namespace afterpatch::assess

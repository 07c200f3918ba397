// User agents as a trace. Most say nothing: a browser's, or what a published library sends by itself, is
// shared by intruders, scanners and the server's own users. A rare one is worth a search, and other clients
// that sent it are worth a look; they are never taken for the same intruder by that alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/incident.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// More clients than this, besides those that used the flaw, and the agent is not rare on this server.
inline constexpr std::size_t kMaxClientsOfRareAgent = 3;

// Whether the agent is sent by a browser, a library or a mail program as it comes, or is too short to be
// looked for.
bool is_common_agent(std::string_view agent);

// Rare agents of runs that got inside; sorted, each once, at most kMaxAgents.
inline constexpr std::size_t kMaxAgents = 8;
std::vector<std::string> rare_agents(const Runs& runs, const Incident& incident);

// Another client that sent a rare agent of an intruder.
struct AgentLead {
  std::string agent;
  std::string client;
  std::uint64_t requests = 0;
  Timestamp first;
  Timestamp last;
};

// From the requests that the pivots found, without clients that used the flaw. An agent that more than
// kMaxClientsOfRareAgent other clients sent gives none. By agent, then client.
std::vector<AgentLead> agent_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                                   const Incident& incident);

}  // namespace afterpatch::assess

#include "assess/agents.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "assess/pivots.h"
#include "assess/visits.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

constexpr std::size_t kMinAgentBytes = 6;

// How the agents of browsers, libraries and mail programs begin.
constexpr std::array<std::string_view, 24> kCommonStarts = {"mozilla/5.0 (windows",
                                                            "mozilla/5.0 (x11",
                                                            "mozilla/5.0 (macintosh",
                                                            "mozilla/5.0 (iphone",
                                                            "mozilla/5.0 (ipad",
                                                            "mozilla/5.0 (linux",
                                                            "mozilla/4.0 (compatible; msie",
                                                            "python-requests/",
                                                            "python-urllib",
                                                            "python-httpx",
                                                            "aiohttp",
                                                            "curl/",
                                                            "wget/",
                                                            "go-http-client/",
                                                            "java/",
                                                            "okhttp/",
                                                            "libwww-perl",
                                                            "exchangeservicesclient",
                                                            "microsoft office",
                                                            "microsoft outlook",
                                                            "microsoft winrm",
                                                            "apple-",
                                                            "android",
                                                            "ruby"};

bool got_inside(const Run& run, const Incident& incident) {
  return !run.client.empty() && proves_exploitation(run, incident);
}

std::set<std::string> intruders(const Runs& runs, const Incident& incident) {
  std::set<std::string> clients;
  for (const Run& run : runs.runs)
    if (got_inside(run, incident)) clients.insert(run.client);
  return clients;
}

std::set<std::string> asked_agents(const std::vector<PivotStep>& pivots) {
  std::set<std::string> agents;
  for (const PivotStep& pivot : pivots)
    if (pivot.kind == to_string(PivotKind::user_agent)) agents.insert(pivot.value);
  return agents;
}

void count(AgentLead& lead, const detect::RequestGroup& group) {
  lead.first = lead.requests == 0 ? group.first : std::min(lead.first, group.first);
  lead.last = std::max(lead.last, group.last);
  lead.requests += group.count;
}

}  // namespace

bool is_common_agent(std::string_view agent) {
  return agent.size() < kMinAgentBytes ||
         std::ranges::any_of(
             kCommonStarts, [&](std::string_view start) { return starts_with_ignoring_case(agent, start); });
}

std::vector<std::string> rare_agents(const Runs& runs, const Incident& incident) {
  std::set<std::string> agents;
  for (const Run& run : runs.runs) {
    if (!got_inside(run, incident)) continue;
    for (const std::string& agent : run.user_agents)
      if (!is_common_agent(agent) && agents.size() < kMaxAgents) agents.insert(agent);
  }
  return {agents.begin(), agents.end()};
}

std::vector<AgentLead> agent_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                                   const Incident& incident) {
  const std::set<std::string> agents = asked_agents(pivots);
  const std::set<std::string> known = intruders(runs, incident);
  // Both web logs tell of the same requests: the one that counted more is believed.
  std::map<std::string, std::map<std::string, std::map<std::string, AgentLead>>> found;
  for (const auto& group : distinct_requests(incident.findings)) {
    if (!agents.contains(group.user_agent) || known.contains(group.client)) continue;
    count(found[group.user_agent][group.client][group.log], group);
  }
  std::vector<AgentLead> leads;
  for (const auto& [agent, clients] : found) {
    if (clients.size() > kMaxClientsOfRareAgent) continue;
    for (const auto& [client, by_log] : clients) {
      const auto most =
          std::ranges::max_element(by_log, {}, [](const auto& entry) { return entry.second.requests; });
      AgentLead lead = most->second;
      lead.agent = agent;
      lead.client = client;
      leads.push_back(std::move(lead));
    }
  }
  return leads;
}

}  // namespace afterpatch::assess

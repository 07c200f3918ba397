#include "assess/agents.h"

#include <algorithm>
#include <array>
#include <set>

#include "assess/pivots.h"
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

}  // namespace

bool is_common_agent(std::string_view agent) {
  return agent.size() < kMinAgentBytes ||
         std::ranges::any_of(
             kCommonStarts, [&](std::string_view start) { return starts_with_ignoring_case(agent, start); });
}

std::vector<std::string> rare_agents(const Runs& runs, const Incident& incident) {
  const std::set<std::string> inside = intruders(runs, incident);
  std::set<std::string> agents;
  for (const Run& run : runs.runs) {
    if (!inside.contains(run.client) || !proves_exploitation(run, incident)) continue;
    for (const std::string& agent : run.user_agents)
      if (!is_common_agent(agent) && agents.size() < kMaxAgents) agents.insert(agent);
  }
  return {agents.begin(), agents.end()};
}

std::vector<Lead> agent_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                              const Incident& incident) {
  const std::set<std::string> asked = asked_values(pivots, to_string(PivotKind::user_agent));
  return leads_of(runs, incident, [&](const detect::RequestGroup& group) {
    return asked.contains(group.user_agent) ? group.user_agent : std::string();
  });
}

}  // namespace afterpatch::assess

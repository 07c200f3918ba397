#include "assess/leads.h"

#include <algorithm>
#include <map>

#include "assess/network_address.h"
#include "assess/visits.h"

namespace afterpatch::assess {
namespace {

void count(Lead& lead, const detect::RequestGroup& group) {
  lead.first = lead.requests == 0 ? group.first : std::min(lead.first, group.first);
  lead.last = std::max(lead.last, group.last);
  lead.requests += group.count;
}

}  // namespace

std::set<std::string> intruders(const Runs& runs, const Incident& incident) {
  std::set<std::string> clients;
  for (const Run& run : runs.runs)
    if (!run.client.empty() && proves_exploitation(run, incident)) clients.insert(run.client);
  return clients;
}

std::vector<Lead> leads_of(const Runs& runs, const Incident& incident,
                           const std::function<std::string(const detect::RequestGroup&)>& trace_of) {
  const std::set<std::string> known = intruders(runs, incident);
  // Both web logs tell of the same requests: the one that counted more is believed.
  std::map<std::string, std::map<std::string, std::map<std::string, Lead>>> found;
  for (const auto& group : distinct_requests(incident.findings)) {
    if (known.contains(group.client) || is_own_address(group.client)) continue;
    const std::string trace = trace_of(group);
    if (!trace.empty()) count(found[trace][group.client][group.log], group);
  }
  std::vector<Lead> leads;
  for (const auto& [trace, clients] : found) {
    if (clients.size() > kMaxClientsOfRareTrace) continue;
    for (const auto& [client, by_log] : clients) {
      Lead lead = std::ranges::max_element(by_log, {}, [](const auto& entry) {
                    return entry.second.requests;
                  })->second;
      lead.trace = trace;
      lead.client = client;
      leads.push_back(std::move(lead));
    }
  }
  return leads;
}

std::set<std::string> asked_values(const std::vector<PivotStep>& pivots, std::string_view kind) {
  std::set<std::string> values;
  for (const PivotStep& pivot : pivots)
    if (pivot.kind == kind) values.insert(pivot.value);
  return values;
}

}  // namespace afterpatch::assess

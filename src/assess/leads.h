// Leads: other clients that share a rare trace with an intruder. Each is a sentence to look into. A lead
// raises no verdict and ties nobody to an intruder's runs: a second intruder may use the same tool.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "assess/incident.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// More clients than this, besides those that used the flaw, and the trace is not rare on this server.
inline constexpr std::size_t kMaxClientsOfRareTrace = 3;

struct Lead {
  std::string trace;  // the user agent, the path, the account
  std::string client;
  std::uint64_t requests = 0;
  Timestamp first;
  Timestamp last;
};

// Clients of runs that got inside.
std::set<std::string> intruders(const Runs& runs, const Incident& incident);

// From the requests that the pivots found, without clients that used the flaw and the server itself.
// `trace_of` says which of the asked traces a request bears; empty for none. A trace that more than
// kMaxClientsOfRareTrace other clients bear gives none. By trace, then client.
std::vector<Lead> leads_of(const Runs& runs, const Incident& incident,
                           const std::function<std::string(const detect::RequestGroup&)>& trace_of);

// Values of one kind ("user-agent", "path", "account") that were asked for.
std::set<std::string> asked_values(const std::vector<PivotStep>& pivots, std::string_view kind);

}  // namespace afterpatch::assess

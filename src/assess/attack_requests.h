// One use of the flaw, seen once however many rules matched it and however many logs wrote it down: IIS and
// HttpProxy both log every request, and joining them is what makes counts true.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "assess/incident.h"
#include "base/time.h"

namespace afterpatch::assess {

struct AttackRequest {
  Timestamp time;      // of its end, as both logs write it
  std::string client;  // HttpProxy's view is preferred: IIS behind a balancer sees only the balancer
  std::string host;
  std::string path;  // lower case
  std::string user_agent;
  std::string anchor;
  std::string request_id;
  std::set<std::string> logs;
  RunOutcome rung = RunOutcome::probe;
  Evidence evidence;
};

// What a step means as the rung of an attack; nullopt for steps that are none. Mail that was refused (a
// status other than 2xx) is only a probe.
std::optional<RunOutcome> rung_of(const detect::Detection& detection);

// Ordered by time. Rows are the same request when they are the same row, carry the same request id (IIS
// cafeReqId = HttpProxy RequestId), or, lacking ids, come from two logs with the same client, path and
// second.
std::vector<AttackRequest> attack_requests(const Incident& incident);

}  // namespace afterpatch::assess

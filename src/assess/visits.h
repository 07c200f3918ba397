// Who asked for a door, how often and with what result. Two logs write the same request down, so per client
// and answer the log that counted more is believed, and nothing is added up across logs.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assess/incident.h"

namespace afterpatch::assess {

// Requests of one client to one URL that were alike.
struct Visit {
  std::string log;
  std::string client;
  std::string method;
  std::string user_agent;
  int status = 0;
  std::uint64_t count = 0;
  std::uint64_t with_parameters = 0;
  Timestamp first;
  Timestamp last;
  bool timed = true;
  Evidence evidence;
};

// Findings.requests, each alike group once: several pivots (a path, then an address) find the same requests
// again, and each pass counts all of what it looks for, so the largest count is the true one.
std::vector<detect::RequestGroup> distinct_requests(const detect::Findings& findings);

// Normal URL -> visits, in an order that depends only on the evidence.
class VisitIndex {
 public:
  explicit VisitIndex(const Incident& incident);
  const std::vector<Visit>& to(const std::string& url) const;
  const std::map<std::string, std::vector<Visit>>& all() const { return visits_; }

 private:
  std::map<std::string, std::vector<Visit>> visits_;
};

// The door answered: 2xx, or 500, which is a script that ran and failed.
bool was_answered(const Visit& visit);
// It was asked for and not there: 302 (Exchange's front end sends what it does not know to the logon page) or
// 404, 410.
bool was_missed(const Visit& visit);
// It did something: a POST (or other method with a body) that was answered, or a GET with parameters of its
// own answered 2xx.
bool was_effective(const Visit& visit);

// Visits joined by client, ordered by first request. When the front end's HttpProxy log names outside clients
// and IIS only addresses inside (a balancer) for the same requests, the IIS entries are left out: they are
// the same visits.
std::vector<DoorVisitor> visitors_of(const std::vector<Visit>& visits);

}  // namespace afterpatch::assess

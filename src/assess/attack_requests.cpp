#include "assess/attack_requests.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "assess/network_address.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;

std::string place_key(const Detection& d) {
  return fmt::format("{}|{}|{}", d.place.source, d.place.artefact, d.place.offset);
}

std::string second_key(const AttackRequest& request) {
  const auto second = std::chrono::floor<std::chrono::seconds>(request.time).time_since_epoch().count();
  return fmt::format("{}|{}|{}", second, request.client, request.path);
}

AttackRequest request_of(const Detection& d, std::size_t index) {
  AttackRequest request;
  request.time = *d.time;
  request.client = d.field("client");
  request.host = d.field("host");
  request.path = to_lower_ascii(d.field("path"));
  request.user_agent = d.field("user-agent");
  request.anchor = d.field("anchor");
  request.request_id = to_lower_ascii(d.field("request-id"));
  request.logs.insert(d.log);
  request.rung = rung_of(d).value_or(RunOutcome::probe);
  request.evidence.push_back(index);
  return request;
}

void take_if_empty(std::string& mine, const std::string& other) {
  if (mine.empty()) mine = other;
}

bool knows_client_better(const AttackRequest& other, const AttackRequest& mine) {
  const bool mine_inside = is_inside_address(mine.client);
  if (is_inside_address(other.client) != mine_inside) return mine_inside;
  return other.logs.contains("http-proxy") && !mine.logs.contains("http-proxy");
}

void join(AttackRequest& mine, const AttackRequest& other) {
  if (knows_client_better(other, mine)) mine.client = other.client;
  take_if_empty(mine.host, other.host);
  take_if_empty(mine.user_agent, other.user_agent);
  take_if_empty(mine.anchor, other.anchor);
  take_if_empty(mine.request_id, other.request_id);
  mine.logs.insert(other.logs.begin(), other.logs.end());
  mine.rung = std::max(mine.rung, other.rung);
  add_evidence(mine.evidence, other.evidence);
}

// Finds the request that a row belongs to by the keys it shares with rows seen before.
class RequestJoin {
 public:
  void add(const Detection& d, std::size_t index) {
    AttackRequest request = request_of(d, index);
    const std::string place = place_key(d);
    AttackRequest* known = find(request, place);
    if (known != nullptr) {
      join(*known, request);
    } else {
      requests_.push_back(request);
    }
    const std::size_t at =
        known != nullptr ? static_cast<std::size_t>(known - requests_.data()) : requests_.size() - 1;
    by_place_.emplace(place, at);
    if (!request.request_id.empty()) by_id_.emplace(request.request_id, at);
    by_second_.emplace(second_key(request), at);
  }
  std::vector<AttackRequest> take() { return std::move(requests_); }

 private:
  AttackRequest* find(const AttackRequest& request, const std::string& place) {
    if (const auto same = by_place_.find(place); same != by_place_.end()) return &requests_[same->second];
    if (const auto same = by_id_.find(request.request_id); same != by_id_.end())
      return &requests_[same->second];
    const auto [first, last] = by_second_.equal_range(second_key(request));
    for (auto at = first; at != last; ++at) {
      AttackRequest& other = requests_[at->second];
      const bool ids_differ = !request.request_id.empty() && !other.request_id.empty();
      const bool other_log = !other.logs.contains(*request.logs.begin());
      if (!ids_differ && other_log) return &other;
    }
    return nullptr;
  }

  std::vector<AttackRequest> requests_;
  std::map<std::string, std::size_t> by_place_;
  std::map<std::string, std::size_t> by_id_;
  std::multimap<std::string, std::size_t> by_second_;
};

}  // namespace

std::optional<RunOutcome> rung_of(const Detection& detection) {
  switch (detection.step) {
    case Step::probe:
      return RunOutcome::probe;
    case Step::exploit:
    case Step::mail_access:
      return RunOutcome::exploited;
    case Step::session:
      return RunOutcome::session;
    case Step::write_attempt:
      return RunOutcome::write_attempted;
    case Step::write:
      return RunOutcome::write_proven;
    default:
      return std::nullopt;
  }
}

std::vector<AttackRequest> attack_requests(const Incident& incident) {
  RequestJoin joined;
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    const Detection& d = incident.detections[i];
    if (!may_decide(d, incident.campaign.id) || !d.time || !is_web_row(d) || !rung_of(d)) continue;
    joined.add(d, i);
  }
  std::vector<AttackRequest> requests = joined.take();
  std::stable_sort(requests.begin(), requests.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return requests;
}

}  // namespace afterpatch::assess

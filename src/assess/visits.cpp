#include "assess/visits.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "assess/network_address.h"
#include "assess/url_path.h"
#include "base/text.h"
#include "detect/request_groups.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::RequestGroup;
using detect::Step;

constexpr std::size_t kMaxNamesPerVisitor = 16;
// Clock and rounding difference between two logs of one server: IIS writes whole seconds.
constexpr std::chrono::seconds kLogSkew{2};

int status_of(const Detection& d) {
  const std::string_view text = d.field("status");
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

Visit visit_of(const RequestGroup& group) {
  return {.log = group.log,
          .client = group.client,
          .method = group.method,
          .user_agent = group.user_agent,
          .status = group.status,
          .count = group.count,
          .with_parameters = group.with_parameters,
          .first = group.first,
          .last = group.last,
          .timed = group.first != Timestamp{},
          .evidence = {}};
}

Visit visit_of(const Detection& d, std::size_t index) {
  return {.log = d.log,
          .client = std::string(d.field("client")),
          .method = std::string(d.field("method")),
          .user_agent = std::string(d.field("user-agent")),
          .status = status_of(d),
          .count = 1,
          .with_parameters = detect::has_own_parameters(d.field("query")) ? 1U : 0U,
          .first = d.time.value_or(Timestamp{}),
          .last = d.time.value_or(Timestamp{}),
          .timed = d.time.has_value(),
          .evidence = {index}};
}

Visit corrected(Visit visit, const Clocks& clocks) {
  if (!visit.timed) return visit;
  visit.first = clocks.corrected(visit.log, visit.first);
  visit.last = clocks.corrected(visit.log, visit.last);
  return visit;
}

bool is_about_a_door(const Detection& d) {
  return d.step == Step::backdoor_request || d.step == Step::backdoor_miss;
}

using Counted = std::set<std::tuple<std::string, std::string, std::string>>;  // log, URL, client

bool has_body(const std::string& method) {
  static const std::set<std::string> kBodyless = {"", "GET", "HEAD", "OPTIONS", "TRACE"};
  return !kBodyless.contains(method);
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (name.empty() || names.size() >= kMaxNamesPerVisitor) return;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// True of an IIS entry whose client is inside while HttpProxy saw outside clients at the same times.
bool is_balancers_view(const Visit& visit, const std::vector<Visit>& visits) {
  if (visit.log != "iis-w3c" || !is_inside_address(visit.client)) return false;
  return std::any_of(visits.begin(), visits.end(), [&](const Visit& other) {
    return other.log == "http-proxy" && !is_inside_address(other.client) && other.status == visit.status &&
           other.first - kLogSkew <= visit.last && visit.first <= other.last + kLogSkew;
  });
}

// Counts of one client, by log, then by method and status.
using Tally = std::map<std::string, std::map<std::pair<std::string, int>, std::uint64_t>>;

std::map<std::pair<std::string, int>, std::uint64_t> believed(const Tally& tally) {
  std::map<std::pair<std::string, int>, std::uint64_t> most;
  for (const auto& [log, counts] : tally) {
    for (const auto& [kind, count] : counts) most[kind] = std::max(most[kind], count);
  }
  return most;
}

void count_up(DoorVisitor& visitor, const Tally& tally) {
  for (const auto& [kind, count] : believed(tally)) {
    const int status = kind.second;
    visitor.requests += count;
    visitor.by_status[status] += count;
    if ((status >= 200 && status <= 299) || status == 500) visitor.answered += count;
  }
}

DoorVisitor visitor_of(const std::string& client, const std::vector<const Visit*>& visits) {
  DoorVisitor visitor;
  visitor.client = client;
  visitor.first = visits.front()->first;
  visitor.last = visits.front()->last;
  Tally tally;
  for (const Visit* visit : visits) {
    visitor.first = std::min(visitor.first, visit->first);
    visitor.last = std::max(visitor.last, visit->last);
    add_name(visitor.methods, visit->method);
    add_name(visitor.user_agents, visit->user_agent);
    tally[visit->log][{visit->method, visit->status}] += visit->count;
  }
  count_up(visitor, tally);
  return visitor;
}

}  // namespace

std::vector<RequestGroup> distinct_requests(const detect::Findings& findings) {
  using Key = std::tuple<std::string, std::string, std::string, std::string, int, std::string, std::int64_t>;
  std::map<Key, RequestGroup> groups;
  for (const RequestGroup& group : findings.requests) {
    const auto [place, added] = groups.try_emplace(Key{group.log, group.path, group.client, group.method,
                                                       group.status, group.user_agent, hour_of(group.first)},
                                                   group);
    if (added) continue;
    RequestGroup& known = place->second;
    known.count = std::max(known.count, group.count);
    known.with_parameters = std::max(known.with_parameters, group.with_parameters);
    known.response_bytes = std::max(known.response_bytes, group.response_bytes);
    known.first = std::min(known.first, group.first);
    known.last = std::max(known.last, group.last);
  }
  std::vector<RequestGroup> distinct;
  for (auto& [key, group] : groups) distinct.push_back(std::move(group));
  return distinct;
}

VisitIndex::VisitIndex(const Incident& incident) {
  Counted counted;
  for (const RequestGroup& group : distinct_requests(incident.findings)) {
    const std::string url = normal_url(group.path);
    counted.emplace(group.log, url, group.client);
    visits_[url].push_back(corrected(visit_of(group), incident.clocks));
  }
  std::set<std::tuple<std::uint32_t, std::string, std::uint64_t>> rows;  // two rules may have matched one row
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    const Detection& d = incident.detections[i];
    if (!is_about_a_door(d) || !is_web_row(d) || !may_decide(d, incident.campaign.id)) continue;
    const std::string url = normal_url(d.field("path"));
    if (counted.contains({d.log, url, std::string(d.field("client"))})) continue;
    if (!rows.emplace(d.place.source, d.place.artefact, d.place.offset).second) continue;
    visits_[url].push_back(visit_of(d, i));
  }
}

const std::vector<Visit>& VisitIndex::to(const std::string& url) const {
  static const std::vector<Visit> kNone;
  const auto found = visits_.find(url);
  return found == visits_.end() ? kNone : found->second;
}

bool was_answered(const Visit& visit) {
  return (visit.status >= 200 && visit.status <= 299) || visit.status == 500;
}

bool was_missed(const Visit& visit) {
  return visit.status == 302 || visit.status == 404 || visit.status == 410;
}

bool was_effective(const Visit& visit) {
  if (has_body(visit.method)) return was_answered(visit);
  return visit.with_parameters > 0 && visit.status >= 200 && visit.status <= 299;
}

std::vector<DoorVisitor> visitors_of(const std::vector<Visit>& visits) {
  std::map<std::string, std::vector<const Visit*>> by_client;
  for (const Visit& visit : visits) {
    if (visit.timed && !is_balancers_view(visit, visits)) by_client[visit.client].push_back(&visit);
  }
  std::vector<DoorVisitor> visitors;
  for (const auto& [client, theirs] : by_client) visitors.push_back(visitor_of(client, theirs));
  std::stable_sort(visitors.begin(), visitors.end(),
                   [](const DoorVisitor& a, const DoorVisitor& b) { return a.first < b.first; });
  return visitors;
}

}  // namespace afterpatch::assess

#include "assess/pivots.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "assess/accounts.h"
#include "assess/agents.h"
#include "assess/decoys.h"
#include "assess/doors.h"
#include "assess/network_address.h"
#include "assess/runs.h"
#include "assess/tool_marks.h"
#include "assess/url_path.h"
#include "assess/visits.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

// A sweep must not use up the room for paths of doors that later rounds find.
constexpr std::size_t kMaxSweptPaths = kMaxPivotsOfAKind / 2;

class Plan {
 public:
  explicit Plan(const std::vector<Pivot>& asked) {
    for (const Pivot& pivot : asked) taken_[pivot.kind].insert(pivot.value);
  }

  void add(PivotKind kind, std::string value, std::string because) {
    auto& taken = taken_[kind];
    if (value.empty() || taken.size() >= kMaxPivotsOfAKind || !taken.insert(value).second) return;
    pivots_.push_back({kind, std::move(value), std::move(because)});
  }
  std::size_t count(PivotKind kind) { return taken_[kind].size(); }
  std::vector<Pivot> take() { return std::move(pivots_); }

 private:
  std::map<PivotKind, std::set<std::string>> taken_;
  std::vector<Pivot> pivots_;
};

std::string because_of(const Door& door) {
  if (door.reasons.empty()) return "it is a back door";
  return door.reasons.front();
}

void plan_doors(Plan& plan, const std::vector<Door>& doors) {
  for (const Door& door : doors) {
    plan.add(PivotKind::path, door.url, because_of(door));
    plan.add(PivotKind::sha256, to_lower_ascii(door.sha256),
             fmt::format("it is the content of {}", name_of(door)));
  }
}

// Paths that were only asked for and missed may have answered at another time, in a row that no rule matched.
void plan_swept_paths(Plan& plan, const Incident& incident) {
  for (const auto& d : incident.detections) {
    if (d.step != detect::Step::backdoor_request && d.step != detect::Step::backdoor_miss) continue;
    if (!may_decide(d, incident.campaign.id) || !is_web_row(d)) continue;
    if (plan.count(PivotKind::path) >= kMaxSweptPaths) return;
    plan.add(PivotKind::path, normal_url(d.field("path")), fmt::format("requested: {}", d.title));
  }
}

void plan_clients(Plan& plan, const Runs& runs, const Incident& incident) {
  std::vector<const Run*> inside;
  std::vector<const Run*> outside;
  for (const Run& run : runs.runs) {
    if (run.client.empty() || !proves_exploitation(run, incident)) continue;
    (is_inside_address(run.client) ? inside : outside).push_back(&run);
  }
  for (const Run* run : outside.empty() ? inside : outside) {
    plan.add(PivotKind::client, run->client,
             fmt::format("it used the flaw at {}", to_minute_text(run->start)));
  }
}

void plan_parameters(Plan& plan, const Incident& incident) {
  for (const auto& d : incident.detections) {
    const bool shows_shell = d.step == detect::Step::write || d.step == detect::Step::backdoor_file;
    if (!shows_shell || !may_decide(d, incident.campaign.id)) continue;
    std::string parameter = shell_parameter(d.raw);
    if (parameter.size() < kMinParameterBytes) continue;
    plan.add(PivotKind::parameter, std::move(parameter), "a web shell listens to this parameter");
  }
}

void plan_agents(Plan& plan, const Runs& runs, const Incident& incident) {
  for (std::string& agent : rare_agents(runs, incident))
    plan.add(PivotKind::user_agent, std::move(agent),
             "a client that used the flaw sent this rare user agent");
}

void plan_decoys(Plan& plan, const Runs& runs, const Incident& incident) {
  for (std::string& path : rare_decoys(runs, incident))
    plan.add(PivotKind::path, std::move(path), "forged requests were sent under this rare path");
}

void plan_accounts(Plan& plan, const Runs& runs, const Incident& incident) {
  for (std::string& account : made_accounts(runs, incident))
    plan.add(PivotKind::account, std::move(account), "this account was made in the course of the break-in");
}

std::uint64_t web_rows(const detect::Findings& findings, const std::string& log) {
  for (const auto& coverage : findings.coverage) {
    if (coverage.log == log) return coverage.summary.counts.records;
  }
  return 0;
}

}  // namespace

std::string_view to_string(PivotKind kind) {
  switch (kind) {
    case PivotKind::path:
      return "path";
    case PivotKind::client:
      return "client";
    case PivotKind::sha256:
      return "sha256";
    case PivotKind::parameter:
      return "parameter";
    case PivotKind::user_agent:
      return "user-agent";
    case PivotKind::account:
      return "account";
  }
  return "";
}

std::vector<Pivot> plan_pivots(const detect::Findings& findings, const knowledge::Campaign& campaign,
                               const knowledge::Product& product, std::uint64_t round,
                               const std::vector<Pivot>& asked) {
  if (round > kMaxPivotRounds) return {};
  const Incident incident(findings, campaign, product);
  const Runs runs = find_runs(incident);
  Plan plan(asked);
  plan_doors(plan, find_doors(incident, runs));
  plan_clients(plan, runs, incident);
  plan_parameters(plan, incident);
  plan_agents(plan, runs, incident);
  plan_decoys(plan, runs, incident);
  plan_accounts(plan, runs, incident);
  plan_swept_paths(plan, incident);
  return plan.take();
}

std::vector<std::string> flooding_clients(const detect::Findings& findings) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> requests;  // client, log
  for (const auto& group : distinct_requests(findings)) requests[{group.client, group.log}] += group.count;
  std::set<std::string> flooding;
  for (const auto& [key, count] : requests) {
    const auto rows = web_rows(findings, key.second);
    const bool large_share = static_cast<double>(count) > kFloodShare * static_cast<double>(rows);
    if (rows > 0 && count > kFloodRows && large_share) flooding.insert(key.first);
  }
  return {flooding.begin(), flooding.end()};
}

}  // namespace afterpatch::assess

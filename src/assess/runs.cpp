#include "assess/runs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "assess/attack_requests.h"
#include "assess/network_address.h"
#include "assess/patch_dates.h"
#include "assess/server_events.h"
#include "assess/tool_marks.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;

constexpr std::size_t kMaxNamesPerRun = 16;

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (name.empty() || names.size() >= kMaxNamesPerRun) return;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

void add_request(Run& run, const AttackRequest& request) {
  run.start = std::min(run.start, request.time);
  run.end = std::max(run.end, request.time);
  run.outcome = std::max(run.outcome, request.rung);
  ++run.requests;
  add_name(run.hosts, request.host);
  add_name(run.user_agents, request.user_agent);
  add_evidence(run.evidence, request.evidence);
}

Run run_at(Timestamp time, const std::string& client) {
  Run run;
  run.start = run.end = time;
  run.client = client;
  return run;
}

std::vector<Run> group_by_client(const std::vector<AttackRequest>& requests) {
  std::vector<Run> runs;
  std::map<std::string, std::size_t> open;  // client -> its latest run
  for (const AttackRequest& request : requests) {
    const auto latest = open.find(request.client);
    if (latest == open.end() || request.time - runs[latest->second].end > kRunGap) {
      open[request.client] = runs.size();
      runs.push_back(run_at(request.time, request.client));
    }
    add_request(runs[open[request.client]], request);
  }
  return runs;
}

std::chrono::microseconds distance(const Run& run, Timestamp time) {
  if (time < run.start) return run.start - time;
  return time > run.end ? time - run.end : std::chrono::microseconds{0};
}

// The back end's half of a request, or a balancer's view of it: IIS rows with an address inside.
bool is_server_view(const AttackRequest& request) {
  return is_inside_address(request.client) && !request.logs.contains("http-proxy");
}

// A client that only probed is a worse fit for a write than one that got inside, however close.
int fit_class(const Run& run) {
  return run.outcome == RunOutcome::probe ? 0 : 1;
}

// The run that a row of the server's own logs belongs to; null when none or two clients fit equally well.
Run* best_fit(std::vector<Run>& runs, Timestamp time) {
  Run* best = nullptr;
  bool tied = false;
  for (Run& run : runs) {
    if (run.client.empty() || distance(run, time) > kServerRowReach) continue;
    const auto rank = [&](const Run& r) {
      return std::tuple(-fit_class(r), is_inside_address(r.client), distance(r, time));
    };
    if (best == nullptr || rank(run) < rank(*best)) {
      best = &run;
      tied = false;
    } else if (rank(run) == rank(*best) && run.client != best->client) {
      tied = true;
    }
  }
  return tied ? nullptr : best;
}

Run& run_without_client(std::vector<Run>& runs, Timestamp time) {
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (run->client.empty() && distance(*run, time) <= kRunGap) return *run;
  }
  return runs.emplace_back(run_at(time, ""));
}

// Mail that the server's own log shows as read by the server itself is mostly an archiving product's doing:
// it supports a run that is there, and makes none.
bool needs_company(const Detection& d) {
  return d.step == Step::mail_access;
}

void add_server_row(std::vector<Run>& runs, const Detection& d, std::size_t index) {
  Run* fitting = best_fit(runs, *d.time);
  if (needs_company(d) && (fitting == nullptr || fit_class(*fitting) == 0)) return;
  Run& run = fitting != nullptr ? *fitting : run_without_client(runs, *d.time);
  run.start = std::min(run.start, *d.time);
  run.end = std::max(run.end, *d.time);
  run.outcome = std::max(run.outcome, *rung_of(d));
  if (run.client.empty()) ++run.requests;
  add_evidence(run.evidence, index);
}

// Joins what the back end or a balancer shows of an outside client's request to that client's run, without
// counting it again.
bool join_server_view(std::vector<Run>& outside, const AttackRequest& request) {
  Run* run = best_fit(outside, request.time);
  if (run == nullptr) return false;
  run->outcome = std::max(run->outcome, request.rung);
  add_evidence(run->evidence, request.evidence);
  return true;
}

// Runs of outside clients first; what none of them explains is a run of the address inside.
std::vector<Run> runs_of_clients(const std::vector<AttackRequest>& requests) {
  std::vector<AttackRequest> from_outside;
  std::vector<AttackRequest> from_inside;
  for (const AttackRequest& request : requests) {
    (is_inside_address(request.client) ? from_inside : from_outside).push_back(request);
  }
  std::vector<Run> runs = group_by_client(from_outside);
  std::erase_if(from_inside, [&](const AttackRequest& request) {
    return is_server_view(request) && join_server_view(runs, request);
  });
  std::vector<Run> inside = group_by_client(from_inside);
  runs.insert(runs.end(), std::make_move_iterator(inside.begin()), std::make_move_iterator(inside.end()));
  return runs;
}

std::string log_title(const Incident& incident, const std::string& log) {
  for (const auto& need : incident.product.logs) {
    if (need.log == log) return need.title;
  }
  return log + " log";
}

std::string command_of(const Detection& d) {
  const std::string_view command = d.field("command");
  return command.empty() ? d.title : std::string(command.substr(0, command.find_first_of(". ")));
}

void note_write(Run& run, const Detection& d, const Incident& incident) {
  if (d.step == Step::write || d.step == Step::write_attempt) add_name(run.written_paths, reported_path(d));
  if (d.step != Step::write || (run.written && *run.written <= *d.time)) return;
  run.written = d.time;
  run.written_by = fmt::format("{}: {}", log_title(incident, d.log), command_of(d));
}

struct Marks {
  std::string anchor;
  std::string script;
  std::string parameter;
};

void gather_marks(Marks& marks, const Detection& d) {
  if (marks.anchor.empty()) marks.anchor = anchor_mark(d.field("anchor"));
  if (marks.script.empty()) marks.script = script_mark(d.raw);
  if (marks.parameter.empty()) marks.parameter = shell_parameter(d.raw);
}

std::string to_text(const Marks& marks) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& mark) {
    if (!mark.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, mark);
  };
  add("anchor", marks.anchor);
  add("script", marks.script);
  add("parameter", marks.parameter);
  return text;
}

// Well-known accounts of a domain by the end of their SID (Microsoft, Well-known SIDs).
std::string_view well_known_account(std::string_view sid) {
  if (!sid.starts_with("S-1-5-21-")) return sid == "S-1-5-18" ? "the system itself" : std::string_view{};
  if (sid.ends_with("-500")) return "the built-in administrator";
  return sid.ends_with("-502") ? "krbtgt" : std::string_view{};
}

// Who a token in the request claims to be and, where it differs, whom it acts as. Empty without a token.
std::string forged_account(const Detection& d) {
  const std::string_view user = d.field("token-user");
  const std::string_view sid = d.field("token-sid");
  if (user.empty() && sid.empty()) return {};
  const std::string_view known = well_known_account(sid);
  return fmt::format("{}, acting as {}{}", user.empty() ? "nobody named" : user, sid.empty() ? "itself" : sid,
                     known.empty() ? "" : fmt::format(" ({})", known));
}

// What the server's own log wrote is a proof that doesn't rest on the request's shape.
bool is_server_side_write(const Detection& d) {
  return d.step == Step::write && !is_web_row(d) && d.confidence >= Confidence::likely;
}

bool is_object_call(const Detection& d) {
  return d.step == Step::write_attempt || d.step == Step::write ||
         contains_ignoring_case(d.field("anchor"), "DDIService.svc");
}

// docs/verdict.md, "Confidence of a run".
Confidence confidence_of(const Run& run, const Incident& incident) {
  Confidence best = Confidence::possible;
  bool session = false;
  bool object_call = false;
  for (const std::size_t index : run.evidence) {
    const Detection& d = incident.detections[index];
    if (is_server_side_write(d)) return Confidence::confirmed;
    session = session || (d.step == Step::session && d.confidence >= Confidence::likely);
    object_call = object_call || is_object_call(d);
    if (rung_of(d) == RunOutcome::probe && run.outcome != RunOutcome::probe) continue;
    best = stronger(best, d.confidence);
  }
  if (session && object_call) return Confidence::confirmed;
  return run.outcome == RunOutcome::probe ? best : weaker(best, Confidence::likely);
}

void finish(Run& run, const Incident& incident, const PatchDates& dates) {
  Marks marks;
  for (const std::size_t index : run.evidence) {
    const Detection& d = incident.detections[index];
    for (const std::string& cve : d.cves) add_name(run.cves, cve);
    add_name(run.accounts, forged_account(d));
    gather_marks(marks, d);
    note_write(run, d, incident);
  }
  std::sort(run.cves.begin(), run.cves.end());
  run.cluster_mark = to_text(marks);
  run.before_patch_released = run.start < dates.of_used(run.cves);
  run.before_disclosure = run.start < incident.campaign.disclosed;
  run.confidence = confidence_of(run, incident);
}

}  // namespace

Runs find_runs(const Incident& incident) {
  Runs found;
  found.runs = runs_of_clients(attack_requests(incident));
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    const Detection& d = incident.detections[i];
    if (!may_decide(d, incident.campaign.id) || !rung_of(d)) continue;
    if (!d.time) {
      if (is_web_row(d) || !needs_company(d)) add_evidence(found.without_time, i);
    } else if (!is_web_row(d)) {
      add_server_row(found.runs, d, i);
    }
  }
  const PatchDates dates(incident.campaign, incident.product);
  for (Run& run : found.runs) finish(run, incident, dates);
  std::stable_sort(found.runs.begin(), found.runs.end(), [](const Run& a, const Run& b) {
    return std::tie(a.start, a.client) < std::tie(b.start, b.client);
  });
  return found;
}

bool proves_exploitation(const Run& run, const Incident& incident) {
  if (run.outcome == RunOutcome::probe) return false;
  if (run.confidence >= Confidence::likely) return true;
  std::set<std::string> logs;
  for (const std::size_t index : run.evidence) {
    const Detection& d = incident.detections[index];
    if (rung_of(d) != RunOutcome::probe) logs.insert(d.log);
  }
  return logs.size() >= 2;
}

}  // namespace afterpatch::assess

#include "assess/notes.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "assess/accounts.h"
#include "assess/agents.h"
#include "assess/decoys.h"
#include "assess/doors.h"
#include "assess/network_address.h"
#include "assess/pivots.h"
#include "assess/replanting.h"
#include "assess/wording.h"

namespace afterpatch::assess {
namespace {

constexpr std::size_t kMaxNames = 16;

using Notes = std::vector<std::string>;

void note_names(Notes& notes, const ServerReport& report) {
  if (report.names.size() < 2) return;
  notes.push_back(
      fmt::format("The logs name {} servers ({}): this verdict is about all of them together; hunt each by "
                  "itself to tell them apart",
                  report.names.size(), fmt::join(report.names, ", ")));
}

void note_logs(Notes& notes, const detect::Findings& findings) {
  for (const auto& coverage : findings.coverage) {
    const auto& summary = coverage.summary;
    if (summary.time_backwards > 0) {
      notes.push_back(
          fmt::format("{}: time runs backwards at {}: files were spliced, changed, or the clock was set",
                      coverage.log, count_of(summary.time_backwards, "place")));
    }
    if (summary.local_time) {
      notes.push_back(fmt::format(
          "{}: times are local, not UTC, and were not shifted: compare them with care", coverage.log));
    }
    if (summary.guessed_header) {
      notes.push_back(fmt::format(
          "{}: some rows came without a header, so their columns were told from their shape", coverage.log));
    }
  }
}

void note_agents(Notes& notes, const ServerReport& report, const Runs& runs, const Incident& incident) {
  for (const Lead& lead : agent_leads(report.pivots, runs, incident)) {
    notes.push_back(
        fmt::format("{} sent the rare user agent of an intruder, '{}', in {} from {} on: look at what it "
                    "did; it need not be "
                    "the same one",
                    lead.client, shorten(lead.trace, 80), count_of(lead.requests, "request"),
                    to_minute_text(lead.first)));
  }
}

void note_decoys(Notes& notes, const ServerReport& report, const Runs& runs, const Incident& incident) {
  for (const Lead& lead : decoy_leads(report.pivots, runs, incident)) {
    notes.push_back(
        fmt::format("{} asked for {}, the rare path under which an intruder sent forged requests, in {} from "
                    "{} on: look at what it did; it need not be the same one",
                    lead.client, shorten(lead.trace, 80), count_of(lead.requests, "request"),
                    to_minute_text(lead.first)));
  }
}

void note_accounts(Notes& notes, const ServerReport& report, const Runs& runs, const Incident& incident) {
  for (const Lead& lead : account_leads(report.pivots, runs, incident)) {
    notes.push_back(fmt::format(
        "{} signed in as '{}', an account that was made in the course of the break-in, in {} from "
        "{} to {}: disable the account and look at what it did",
        lead.client, shorten(lead.trace, 64), count_of(lead.requests, "request"), to_minute_text(lead.first),
        to_minute_text(lead.last)));
  }
}

void note_shared_names(Notes& notes, const Runs& runs, const Incident& incident) {
  for (const SharedName& shared : shared_names(runs, incident)) {
    notes.push_back(fmt::format(
        "An account '{}' was made in the course of the break-in, {}, but one of that name had signed in "
        "before: who signs in under it can't be told from these logs. Look for a local account of that name "
        "on the server, beside the one in the domain",
        shorten(shared.account, 64), to_minute_text(shared.made)));
  }
}

std::string title_of(const Incident& incident, const std::string& log) {
  const auto named = std::ranges::find(incident.product.logs, log, &knowledge::LogNeed::log);
  return named == incident.product.logs.end() ? log : named->title;
}

void note_clocks(Notes& notes, const ServerReport& report, const Incident& incident) {
  for (const ClockDifference& clock : report.clocks) {
    notes.push_back(
        fmt::format("{}: its clock is {} {} that of {} ({} that both wrote down agree); all times here are "
                    "by the latter. "
                    "Which of them is right the logs can't tell",
                    title_of(incident, clock.log), span_words(clock.ahead),
                    clock.ahead.count() > 0 ? "ahead of" : "behind", title_of(incident, clock.reference),
                    count_of(clock.pairs, "event")));
  }
}

void note_floods(Notes& notes, const detect::Findings& findings) {
  for (const auto& count : findings.rule_counts) {
    if (count.matches <= count.kept) continue;
    notes.push_back(fmt::format(
        "Rule '{}' matched {} times; the first {} are kept, so runs and visits after those may be missing",
        count.title, count.matches, count.kept));
  }
  for (const std::string& client : flooding_clients(findings)) {
    notes.push_back(
        fmt::format("{} made a large share of all requests: a balancer, proxy or scanner. What else it asked "
                    "for was not held against it",
                    client));
  }
}

void note_inside_addresses(Notes& notes, const ServerReport& report) {
  bool any = false;
  for (const Run& run : report.runs) {
    if (run.client.empty()) continue;
    if (!is_inside_address(run.client)) return;
    any = true;
  }
  if (!any) return;
  notes.emplace_back(
      "All attack runs come from addresses inside: a balancer or proxy hides the true ones. Ask it for its "
      "own logs; "
      "several intruders may look like one");
}

void note_reinfection(Notes& notes, const ServerReport& report) {
  const auto again = latest_reinfection(report.doors);
  if (!again) return;
  notes.push_back(fmt::format(
      "Infected again: a back door was gone by {}, and {} was planted at {}. Removing a door does not close "
      "the way in: patch, then look for every other way back",
      to_minute_text(again->gone_by), shorten(name_of(*again->door), 100), to_minute_text(again->planted)));
}

std::size_t writes_of(const ServerReport& report) {
  const auto& runs = report.runs;
  return static_cast<std::size_t>(std::count_if(
      runs.begin(), runs.end(), [](const Run& run) { return run.outcome == RunOutcome::write_proven; }));
}

void note_writes(Notes& notes, const ServerReport& report) {
  const std::size_t writes = writes_of(report);
  const auto& doors = report.doors;
  std::size_t named = 0;
  for (const Door& door : doors)
    if (counts(door) && !(door.url.empty() && door.path.empty())) named += 1 + door.replanted.size();
  if (writes <= named || writes < 2) return;
  notes.push_back(
      fmt::format("The logs prove {} but name {}: either one was written again, or others were not found",
                  count_of(writes, "write"), count_of(named, "back door")));
}

void note_forged_accounts(Notes& notes, const ServerReport& report) {
  std::set<std::string> accounts;
  for (const Run& run : report.runs) accounts.insert(run.accounts.begin(), run.accounts.end());
  for (const std::string& account : accounts)
    notes.push_back(fmt::format(
        "A forged token claimed to be {}: commands it ran stand in logs under that account's name, "
        "not under the claimed one",
        account));
}

void note_after_patch(Notes& notes, const ServerReport& report, const Incident& incident) {
  if (!report.patched_at) return;
  for (const Run& run : report.runs) {
    if (run.start <= *report.patched_at || !proves_exploitation(run, incident)) continue;
    notes.push_back(fmt::format(
        "The flaw was used at {}, after a fixed build was first seen at {}: the update failed in part, or "
        "these are logs of several servers",
        to_minute_text(run.start), to_minute_text(*report.patched_at)));
    return;
  }
}

void note_rows_without_time(Notes& notes, const Runs& runs) {
  if (runs.without_time.empty()) return;
  notes.push_back(fmt::format("{} of an attack have no readable time: they count, but stand in no run",
                              count_of(runs.without_time.size(), "row")));
}

void note_staging(Notes& notes, const ServerReport& report, const Incident& incident) {
  const auto& all = incident.detections;
  const auto staged = static_cast<std::uint64_t>(std::count_if(all.begin(), all.end(), [&](const auto& d) {
    return d.step == detect::Step::staging && may_decide(d, incident.campaign.id);
  }));
  if (staged == 0 || report.verdict.compromise < Compromise::exploited) return;
  notes.push_back(fmt::format("{} at places where intruders gathered what they took: look at each",
                              count_of(staged, "archive or mail store", "archives or mail stores")));
}

}  // namespace

std::vector<std::string> server_names(const detect::Findings& findings) {
  std::map<std::string, std::uint64_t> rows;
  for (const auto& coverage : findings.coverage) {
    for (const auto& [name, count] : coverage.summary.servers) rows[name] += count;
  }
  std::vector<std::pair<std::string, std::uint64_t>> ordered(rows.begin(), rows.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> names;
  for (const auto& [name, count] : ordered) {
    if (!name.empty() && names.size() < kMaxNames) names.push_back(name);
  }
  return names;
}

std::vector<std::string> notes_on(const ServerReport& report, const Runs& runs, const Incident& incident) {
  Notes notes;
  note_names(notes, report);
  note_clocks(notes, report, incident);
  note_after_patch(notes, report, incident);
  note_reinfection(notes, report);
  note_writes(notes, report);
  note_forged_accounts(notes, report);
  note_inside_addresses(notes, report);
  note_staging(notes, report, incident);
  note_rows_without_time(notes, runs);
  note_agents(notes, report, runs, incident);
  note_decoys(notes, report, runs, incident);
  note_accounts(notes, report, runs, incident);
  note_shared_names(notes, runs, incident);
  note_floods(notes, incident.findings);
  note_logs(notes, incident.findings);
  return notes;
}

}  // namespace afterpatch::assess

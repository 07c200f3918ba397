#include "assess/actions.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "assess/doors.h"

namespace afterpatch::assess {
namespace {

constexpr std::size_t kMaxValues = 50;

bool holds(std::string_view condition, const Verdict& verdict) {
  const bool fixed = verdict.exposure == Exposure::patched || verdict.exposure == Exposure::not_affected;
  if (condition == "always") return true;
  if (condition == "mail-accessed") return verdict.mail_accessed;
  if (condition == "credentials-exposed") return verdict.credentials_exposed;
  if (condition == "patched") return fixed;
  if (condition == "unpatched") return !fixed;
  if (condition == "can't-tell")
    return !verdict.coverage_sufficient && verdict.compromise <= Compromise::probed;
  if (condition == "no-evidence" && !verdict.coverage_sufficient) return false;
  return condition == to_string(verdict.compromise);
}

bool fits(const knowledge::GuideStep& step, const Verdict& verdict) {
  return std::any_of(step.when.begin(), step.when.end(),
                     [&](const auto& condition) { return holds(condition, verdict); });
}

std::vector<std::string> door_paths(const ServerReport& report, bool only_files) {
  std::set<std::string> paths;
  for (const Door& door : report.doors) {
    if (!counts(door)) continue;
    // A module or task is undone in its settings: IIS does not start without a module that it is told to
    // load.
    if (only_files && !door.kind.empty() && door.kind != "web-shell") continue;
    const std::string& name = door.path.empty() && !only_files ? door.url : door.path;
    if (!name.empty() && (!only_files || door.presence == Presence::present)) paths.insert(name);
  }
  return {paths.begin(), paths.end()};
}

// Of those that got inside or through a door, not of those that merely looked.
std::vector<std::string> attacker_addresses(const ServerReport& report) {
  std::set<std::string> addresses;
  for (const Run& run : report.runs) {
    if (run.outcome != RunOutcome::probe && run.confidence != Confidence::possible && !run.client.empty())
      addresses.insert(run.client);
  }
  for (const Door& door : report.doors) {
    for (const DoorVisitor& visitor : door.visitors) {
      if (counts(door) && visitor.effective) addresses.insert(visitor.client);
    }
  }
  return {addresses.begin(), addresses.end()};
}

std::vector<std::string> first_of(std::vector<std::string> values) {
  if (values.size() > kMaxValues) values.resize(kMaxValues);
  return values;
}

// What stands for each placeholder; empty = there is nothing to put there.
using Values = std::map<std::string, std::string>;

std::string listed(const std::vector<std::string>& values) {
  return values.empty() ? "none known" : fmt::format("{}", fmt::join(first_of(values), ", "));
}

Values values_for_text(const ServerReport& report) {
  return {
      {"{door_paths}", listed(door_paths(report, false))},
      {"{attacker_addresses}", listed(attacker_addresses(report))},
      {"{server}", report.names.empty() ? "this server" : report.names.front()},
      {"{first_evidence}", report.first_evidence ? to_minute_text(*report.first_evidence) : "no time known"}};
}

Values values_for_commands(const ServerReport& report) {
  Values values{{"{door_paths}", to_powershell_list(door_paths(report, true))},
                {"{attacker_addresses}", to_powershell_list(attacker_addresses(report))},
                {"{server}", ""},
                {"{first_evidence}", ""}};
  if (!report.names.empty()) values["{server}"] = to_powershell_list({report.names.front()});
  if (report.first_evidence)
    values["{first_evidence}"] = to_powershell_list({to_minute_text(*report.first_evidence)});
  return values;
}

// One pass from left to right, so that a value is never taken for a placeholder.
std::string fill(std::string_view text, const Values& values, bool& complete) {
  std::string filled;
  while (!text.empty()) {
    const auto here =
        std::find_if(values.begin(), values.end(), [&](const auto& v) { return text.starts_with(v.first); });
    if (here == values.end()) {
      filled.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    complete = complete && !here->second.empty();
    filled += here->second;
    text.remove_prefix(here->first.size());
  }
  return filled;
}

Action action_of(const knowledge::GuideStep& step, const ServerReport& report) {
  Action action;
  bool complete = true;
  action.id = step.id;
  action.title = step.title;
  action.check = step.check;
  action.who = step.who;
  action.text = fill(step.text, values_for_text(report), complete);
  const Values values = values_for_commands(report);
  for (const std::string& command : step.commands) {
    complete = true;
    std::string filled = fill(command, values, complete);
    if (complete) action.commands.push_back(std::move(filled));  // a command with a hole in it helps nobody
  }
  return action;
}

bool is_plain(const std::string& value) {
  return !value.empty() && std::all_of(value.begin(), value.end(),
                                       [](char c) { return c >= ' ' && c <= '~' && c != '\'' && c != '"'; });
}

}  // namespace

std::string to_powershell_list(const std::vector<std::string>& values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) {
    if (is_plain(value) && quoted.size() < kMaxValues) quoted.push_back(fmt::format("'{}'", value));
  }
  return fmt::format("{}", fmt::join(quoted, ","));
}

std::vector<Action> fitting_actions(const ServerReport& report, const knowledge::Campaign& campaign) {
  std::vector<Action> actions;
  for (const knowledge::GuideStep& step : campaign.guide) {
    if (!fits(step, report.verdict)) continue;
    actions.push_back(action_of(step, report));
    actions.back().now = actions.size() <= kStepsNow;
  }
  return actions;
}

}  // namespace afterpatch::assess

#include "assess/actions.h"

#include <algorithm>
#include <set>

#include "assess/doors.h"
#include "knowledge/guide_filling.h"

namespace afterpatch::assess {
namespace {

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

knowledge::GuideFacts facts_of(const ServerReport& report) {
  knowledge::GuideFacts facts;
  facts.names = report.names;
  if (report.first_evidence) facts.first_evidence = to_minute_text(*report.first_evidence);
  facts.door_paths = door_paths(report, false);
  facts.removable_doors = door_paths(report, true);
  facts.attacker_addresses = attacker_addresses(report);
  return facts;
}

Action action_of(const knowledge::GuideStep& step, const knowledge::GuideFacts& facts) {
  knowledge::FilledStep filled = knowledge::filled(step, facts);
  Action action;
  action.id = step.id;
  action.title = step.title;
  action.check = step.check;
  action.who = step.who;
  action.text = std::move(filled.text);
  action.commands = std::move(filled.commands);
  return action;
}

}  // namespace

std::vector<Action> fitting_actions(const ServerReport& report, const knowledge::Campaign& campaign) {
  const knowledge::GuideFacts facts = facts_of(report);
  std::vector<Action> actions;
  for (const knowledge::GuideStep& step : campaign.guide) {
    if (!fits(step, report.verdict)) continue;
    actions.push_back(action_of(step, facts));
    actions.back().now = actions.size() <= kStepsNow;
  }
  return actions;
}

}  // namespace afterpatch::assess

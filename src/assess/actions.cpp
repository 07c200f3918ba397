#include "assess/actions.h"

#include <algorithm>
#include <optional>
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

using Paths = std::set<std::string>;

void add_door_paths(Paths& paths, const ServerReport& report, bool only_files) {
  for (const Door& door : report.doors) {
    if (!counts(door)) continue;
    // A module or task is undone in its settings: IIS does not start without a module that it is told to
    // load.
    if (only_files && !door.kind.empty() && door.kind != "web-shell") continue;
    const std::string& name = door.path.empty() && !only_files ? door.url : door.path;
    if (!name.empty() && (!only_files || door.presence == Presence::present)) paths.insert(name);
  }
}

// Of those that got inside or through a door, not of those that merely looked.
void add_attacker_addresses(std::set<std::string>& addresses, const ServerReport& report) {
  for (const Run& run : report.runs) {
    if (run.outcome != RunOutcome::probe && run.confidence != Confidence::possible && !run.client.empty())
      addresses.insert(run.client);
  }
  for (const Door& door : report.doors) {
    for (const DoorVisitor& visitor : door.visitors) {
      if (counts(door) && visitor.effective) addresses.insert(visitor.client);
    }
  }
}

std::vector<std::string> list_of(const std::set<std::string>& values) {
  return {values.begin(), values.end()};
}

knowledge::GuideFacts facts_of(const std::vector<const ServerReport*>& waves) {
  Paths doors;
  Paths files;
  std::set<std::string> addresses;
  std::optional<Timestamp> first;
  for (const ServerReport* wave : waves) {
    add_door_paths(doors, *wave, false);
    add_door_paths(files, *wave, true);
    add_attacker_addresses(addresses, *wave);
    if (wave->first_evidence) first = std::min(first.value_or(*wave->first_evidence), *wave->first_evidence);
  }
  knowledge::GuideFacts facts;
  facts.names = waves.front()->names;
  if (first) facts.first_evidence = to_minute_text(*first);
  facts.door_paths = list_of(doors);
  facts.removable_doors = list_of(files);
  facts.attacker_addresses = list_of(addresses);
  return facts;
}

Verdict with_attributes_of(Verdict verdict, const std::vector<const ServerReport*>& other_waves) {
  for (const ServerReport* wave : other_waves) {
    verdict.mail_accessed = verdict.mail_accessed || wave->verdict.mail_accessed;
    verdict.credentials_exposed = verdict.credentials_exposed || wave->verdict.credentials_exposed;
  }
  return verdict;
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

std::vector<Action> fitting_actions(const ServerReport& report, const knowledge::Campaign& campaign,
                                    const std::vector<const ServerReport*>& other_waves) {
  std::vector<const ServerReport*> waves = {&report};
  waves.insert(waves.end(), other_waves.begin(), other_waves.end());
  const knowledge::GuideFacts facts = facts_of(waves);
  const Verdict verdict = with_attributes_of(report.verdict, other_waves);
  std::vector<Action> actions;
  for (const knowledge::GuideStep& step : campaign.guide) {
    if (!fits(step, verdict)) continue;
    actions.push_back(action_of(step, facts));
    actions.back().now = actions.size() <= kStepsNow;
  }
  return actions;
}

}  // namespace afterpatch::assess

#include "assess/self_removal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "assess/server_events.h"
#include "assess/url_path.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;

// A command's event and the request that ran it are logged some seconds apart.
constexpr std::chrono::minutes kCommandBesideRequest{1};
// IIS writes whole seconds, and rows carry the end of a request.
constexpr std::chrono::seconds kLogSkew{2};

// The words are those of cmd.exe, PowerShell and .NET.
bool has_deleting_word(std::string_view command) {
  static constexpr std::array<std::string_view, 5> kWords = {"del ", "erase ", "remove-item ", "rm ",
                                                             "file]::delete("};
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    const std::size_t at = command.find(word);
    if (at == std::string_view::npos) return false;
    return at == 0 || std::isalnum(static_cast<unsigned char>(command[at - 1])) == 0;
  });
}

bool deletes(std::string_view command_line, const Door& door) {
  const std::string command = to_lower_ascii(command_line);
  const std::string name = to_lower_ascii(file_name(door.url.empty() ? door.path : door.url));
  return !name.empty() && command.find(name) != std::string::npos && has_deleting_word(command);
}

std::string removed_by_request(const std::string& client) {
  return fmt::format("a request from {} to delete itself", client);
}

bool is_intruder(const std::string& client, const Door& door, const Runs& runs) {
  if (client == door.planted_client) return true;
  return std::ranges::any_of(
      runs.runs, [&](const Run& run) { return run.client == client && run.outcome > RunOutcome::probe; });
}

const Visit* last_effective(const std::string& client, const std::vector<Visit>& visits) {
  const Visit* last = nullptr;
  for (const Visit& visit : visits) {
    if (!visit.timed || !was_effective(visit) || visit.client != client) continue;
    if (last == nullptr || visit.last > last->last) last = &visit;
  }
  return last;
}

// The first moment after `when` at which such a visit is known to have been.
template <typename Is>
std::optional<Timestamp> first_after(const std::vector<Visit>& visits, Timestamp when, Is is) {
  std::optional<Timestamp> first;
  for (const Visit& visit : visits) {
    if (!visit.timed || !is(visit) || visit.last <= when) continue;
    const Timestamp moment = visit.first > when ? visit.first : visit.last;
    first = std::min(first.value_or(moment), moment);
  }
  return first;
}

bool was_missed_soon(const std::vector<Visit>& visits, Timestamp when) {
  const auto missed = first_after(visits, when, was_missed);
  const auto answered = first_after(visits, when, was_answered);
  return missed && *missed <= when + kGoneSoon && (!answered || *missed < *answered);
}

// Two logs write the same requests down: the one that counted more is believed.
bool was_short(const Visit& last, const std::vector<Visit>& visits) {
  std::map<std::string, std::uint64_t> by_log;
  for (const Visit& visit : visits) {
    if (visit.client != last.client || !was_effective(visit)) continue;
    if (!visit.timed || visit.first < last.last - kGoneSoon) return false;
    if ((by_log[visit.log] += visit.count) > kMostRemovalRequests) return false;
  }
  return true;
}

bool was_recorded(const Visit& last, const Door& door, const Incident& incident) {
  return std::ranges::any_of(incident.detections, [&](const Detection& d) {
    return d.time && is_event(d) && *d.time >= last.first - kCommandBesideRequest &&
           *d.time <= last.last + kCommandBesideRequest && deletes(command_text(d), door);
  });
}

const Planting* next_planting(const Door& door, Timestamp when) {
  const auto next =
      std::ranges::find_if(door.replanted, [&](const Planting& planting) { return planting.planted > when; });
  return next == door.replanted.end() ? nullptr : &*next;
}

}  // namespace

std::vector<SelfRemoval> self_removals(const Door& door, const std::vector<Visit>& visits, const Runs& runs,
                                       const Incident& incident) {
  std::vector<SelfRemoval> removals;
  for (const DoorVisitor& visitor : door.visitors) {
    const Visit* last = last_effective(visitor.client, visits);
    if (last == nullptr || is_intruder(visitor.client, door, runs) || !was_short(*last, visits)) continue;
    const bool recorded = was_recorded(*last, door, incident);
    if (recorded || was_missed_soon(visits, last->last))
      removals.push_back({visitor.client, last->last, recorded});
  }
  std::ranges::stable_sort(removals, {}, &SelfRemoval::when);
  return removals;
}

std::vector<SelfRemoval> proven_removals(const Door& door, const std::vector<Visit>& visits,
                                         const std::vector<SelfRemoval>& removals) {
  std::vector<SelfRemoval> proven;
  if (!door.removed_by.empty()) return proven;
  for (const SelfRemoval& removal : removals) {
    const Planting* again = next_planting(door, removal.when);
    const auto answered = first_after(visits, removal.when, was_answered);
    const bool ended = again != nullptr ? !answered || *answered + kLogSkew >= again->planted
                                        : !answered && door.presence != Presence::present;
    if (ended) proven.push_back(removal);
  }
  return proven;
}

void tell_self_removal(Door& door, const SelfRemoval& removal) {
  door.removed_by = removed_by_request(removal.client);
  if (next_planting(door, removal.when) == nullptr) {
    door.presence = Presence::removed;  // a recorded command tells it where the folder is not in the evidence
    door.removed_before = std::min(door.removed_before.value_or(removal.when), removal.when);
  }
  door.reasons.push_back(fmt::format(
      "{} sent it its last requests, until {}, and it was gone: {}. No log tells who that was; authorities "
      "removed back doors so, and intruders do",
      removal.client, to_minute_text(removal.when),
      removal.recorded ? "the command that deleted it was recorded" : "it was missed right afterwards"));
}

std::optional<Timestamp> removal_time(const Door& door) {
  if (remover_of(door) == nullptr) return std::nullopt;
  if (door.removed_before) return door.removed_before;
  return door.replanted.empty() ? std::nullopt : std::optional(door.replanted.back().gone_by);
}

const DoorVisitor* remover_of(const Door& door) {
  const auto found = std::ranges::find_if(door.visitors, [&](const DoorVisitor& visitor) {
    return door.removed_by == removed_by_request(visitor.client);
  });
  return found == door.visitors.end() ? nullptr : &*found;
}

bool is_self_removal(const ServerEvent& event, const std::vector<Door>& doors) {
  return std::ranges::any_of(
      doors, [&](const Door& door) { return remover_of(door) != nullptr && deletes(event.command, door); });
}

}  // namespace afterpatch::assess

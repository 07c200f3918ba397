#include "assess/self_removal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include "assess/server_events.h"
#include "assess/url_path.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;

// A command's event and the request that ran it are logged some seconds apart.
constexpr std::chrono::minutes kCommandBesideRequest{1};

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

bool is_visitor(const std::string& client, const Door& door) {
  return std::ranges::any_of(door.visitors, [&](const auto& visitor) { return visitor.client == client; });
}

const Visit* last_effective(const Door& door, const std::vector<Visit>& visits) {
  const Visit* last = nullptr;
  for (const Visit& visit : visits) {
    if (!visit.timed || !was_effective(visit) || !is_visitor(visit.client, door)) continue;
    if (last == nullptr || visit.last > last->last) last = &visit;
  }
  return last;
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

const Visit* last_effective_of(const std::string& client, const std::vector<Visit>& visits) {
  const Visit* last = nullptr;
  for (const Visit& visit : visits) {
    if (visit.client != client || !visit.timed || !was_effective(visit)) continue;
    if (last == nullptr || visit.last > last->last) last = &visit;
  }
  return last;
}

// A miss within kGoneSoon, and no answer before it.
bool was_missed_soon(const Visit& last, const std::vector<Visit>& visits) {
  std::optional<Timestamp> missed;
  for (const Visit& visit : visits) {
    const bool soon = visit.first > last.last && visit.first <= last.last + kGoneSoon;
    if (visit.timed && soon && was_missed(visit))
      missed = std::min(missed.value_or(visit.first), visit.first);
  }
  return missed && std::ranges::none_of(visits, [&](const Visit& visit) {
           return visit.timed && was_answered(visit) && visit.first > last.last && visit.first < *missed;
         });
}

}  // namespace

std::optional<SelfRemoval> self_removal_in_between(const Door& door, const std::vector<Visit>& visits,
                                                   const Runs& runs, const Incident& incident) {
  std::optional<SelfRemoval> removal;
  for (const DoorVisitor& visitor : door.visitors) {
    const Visit* last = last_effective_of(visitor.client, visits);
    if (last == nullptr || is_intruder(visitor.client, door, runs) || !was_short(*last, visits)) continue;
    const bool recorded = was_recorded(*last, door, incident);
    if (!recorded && !was_missed_soon(*last, visits)) continue;
    if (!removal || last->last > removal->when) removal = SelfRemoval{last->client, last->last, recorded};
  }
  return removal;
}

bool came_back_after(const Door& door, const SelfRemoval& removal) {
  return std::ranges::any_of(door.replanted, [&](const Planting& again) {
    return again.gone_by == removal.when && again.planted > removal.when;
  });
}

std::optional<SelfRemoval> self_removal(const Door& door, const std::vector<Visit>& visits, const Runs& runs,
                                        const Incident& incident) {
  if (door.presence == Presence::present || !door.removed_by.empty()) return std::nullopt;
  const Visit* last = last_effective(door, visits);
  if (last == nullptr || is_intruder(last->client, door, runs) || !was_short(*last, visits))
    return std::nullopt;
  if (door.last_answered && *door.last_answered > last->last) return std::nullopt;
  const bool missed = door.removed_before && *door.removed_before <= last->last + kGoneSoon;
  const bool recorded = was_recorded(*last, door, incident);
  if (!missed && !recorded) return std::nullopt;
  return SelfRemoval{last->client, last->last, recorded};
}

void tell_self_removal(Door& door, const SelfRemoval& removal) {
  door.removed_by = removed_by_request(removal.client);
  if (!came_back_after(door, removal)) {
    door.presence = Presence::removed;  // a recorded command tells it where the folder is not in the evidence
    door.removed_before = std::min(door.removed_before.value_or(removal.when), removal.when);
  }
  door.reasons.push_back(fmt::format(
      "{} sent it its last requests, until {}, and it was gone: {}. No log tells who that was; authorities "
      "removed back doors so, and intruders do",
      removal.client, to_minute_text(removal.when),
      removal.recorded ? "the command that deleted it was recorded" : "it was missed right afterwards"));
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

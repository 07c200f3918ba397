// A door that was asked to delete itself: by an authority (the FBI had doors of March 2021 delete themselves
// in April), by a rival or by its owner. Such a request does something, yet nobody came back by it, and it
// must not be told as a re-entry; nor may a re-entry be taken for it, so it is claimed only where a log shows
// it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "assess/incident.h"
#include "assess/runs.h"
#include "assess/visits.h"

namespace afterpatch::assess {

// How soon after its last answer the door must have been missed for that answer to have been its end.
inline constexpr std::chrono::minutes kGoneSoon{5};
// A copy for the record, the deletion, and a second try of each: more is work of another kind.
inline constexpr std::uint64_t kMostRemovalRequests = 4;

struct SelfRemoval {
  std::string client;
  Timestamp when;         // its last request
  bool recorded = false;  // an event log holds the command; else the door was missed right afterwards
};

// Somebody who is no known intruder sent the door its last requests, a few within kGoneSoon, and it was gone:
// missed within kGoneSoon, or a command that deletes its file ran in that minute.
// REQUIRES: presence, planting and visitors of the door are known. None for a door that is there, or that a
// virus scanner took away.
std::optional<SelfRemoval> self_removal(const Door& door, const std::vector<Visit>& visits, const Runs& runs,
                                        const Incident& incident);

// The same of a door that may have been planted again since: others may have used it after that request. The
// latest such request; whether the door came back is judge_replanting()'s to say, and only if it did may this
// be told. REQUIRES: planting and visitors of the door are known.
std::optional<SelfRemoval> self_removal_in_between(const Door& door, const std::vector<Visit>& visits,
                                                   const Runs& runs, const Incident& incident);

// Whether the door was planted again after that removal.
bool came_back_after(const Door& door, const SelfRemoval& removal);

// Fills removed_by, and presence and removed_before unless it came back, and adds the reason.
void tell_self_removal(Door& door, const SelfRemoval& removal);

// The visitor by whose request the door deleted itself; nullptr if there is none.
const DoorVisitor* remover_of(const Door& door);

// Whether what ran was only such a door's own deletion.
bool is_self_removal(const ServerEvent& event, const std::vector<Door>& doors);

}  // namespace afterpatch::assess

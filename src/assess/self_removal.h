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

// Each stranger who may have had the door delete itself, by time: somebody who is no known intruder sent it
// all his requests that did something, a few within kGoneSoon, and then it was missed within kGoneSoon and
// before it answered anybody again, or a command that deletes its file ran in that minute. What became of the
// door afterwards decides: see proven_removals(). REQUIRES: planting and visitors of the door are known.
std::vector<SelfRemoval> self_removals(const Door& door, const std::vector<Visit>& visits, const Runs& runs,
                                       const Incident& incident);

// Which of them were the end of the door (no answer afterwards, and it is not there), or of its time until it
// was planted again. None for a door that a virus scanner took away.
// REQUIRES: presence and later plantings of the door are known.
std::vector<SelfRemoval> proven_removals(const Door& door, const std::vector<Visit>& visits,
                                         const std::vector<SelfRemoval>& removals);

// Fills removed_by and adds the reason; presence and removed_before too, unless it was planted again since.
void tell_self_removal(Door& door, const SelfRemoval& removal);

// When the door last deleted itself by a request; none if it never did.
std::optional<Timestamp> removal_time(const Door& door);

// The visitor by whose request the door deleted itself; the last one if there were several;
// nullptr if there is none.
const DoorVisitor* remover_of(const Door& door);

// Whether what ran was only such a door's own deletion.
bool is_self_removal(const ServerEvent& event, const std::vector<Door>& doors);

}  // namespace afterpatch::assess

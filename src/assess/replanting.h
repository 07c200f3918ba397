// A door that was gone and is there again: a second planting, told apart from the first. Removing a door
// doesn't close the way in, so "cleaned on the 4th, planted again on the 5th" is another answer than "planted
// on the 3rd".
#pragma once

#include <optional>
#include <vector>

#include "assess/door_grounds.h"
#include "assess/runs.h"
#include "assess/self_removal.h"
#include "assess/visits.h"

namespace afterpatch::assess {

inline constexpr std::size_t kMaxReplantings = 8;  // of one door: more are not told one by one

// REQUIRES: judge_planting() was done, so that the first planting and the answers are known.
// Fills replanted and removed_by of the door. The door must have been seen gone (asked for and not there, or
// taken away by a virus scanner, or by one of `removals`, requests to delete itself) after it was there. That
// it came back is proven by a write tied to it, or by an answer together with its file; else a reason says
// what was seen, and nothing is claimed. A command may have failed: after a recorded one that nobody saw
// succeed, only a write or the file's own time proves the return.
void judge_replanting(DoorGround& ground, const std::vector<Visit>& visits,
                      const std::vector<SelfRemoval>& removals, const Runs& runs, const Incident& incident);

// The latest planting after a door was gone: the same door again, or another one planted after the first was
// seen gone.
struct Reinfection {
  const Door* door = nullptr;
  Timestamp gone_by;
  Timestamp planted;
};
std::optional<Reinfection> latest_reinfection(const std::vector<Door>& doors);

}  // namespace afterpatch::assess

// When a door was planted and by whom: the log's proof of a write, else the file's time, else the first
// answer.
#pragma once

#include <chrono>
#include <vector>

#include "assess/door_grounds.h"
#include "assess/runs.h"
#include "assess/visits.h"

namespace afterpatch::assess {

// How close a file's time lies to the row that proves its write (real case: Set at 06:49:53, reset done at
// 06:50:08).
inline constexpr std::chrono::minutes kWriteToFileTime{5};
// How soon after planting an intruder tries the door.
inline constexpr std::chrono::minutes kOwnCheck{10};

// Fills planted, planted_by, planted_client, first_answered, last_answered of the door and adds reasons for
// oddities (a time that was set back). A run proves at most who wrote some file, so where several intruders
// wrote and nothing ties one to this door, planted_client stays empty.
void judge_planting(DoorGround& ground, const std::vector<Visit>& visits, const Runs& runs,
                    const Incident& incident);

}  // namespace afterpatch::assess

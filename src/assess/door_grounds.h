// Why something is taken for a back door: files, traces and answered requests, joined where they speak of the
// same page.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "assess/door_score.h"
#include "assess/incident.h"
#include "assess/runs.h"
#include "assess/visits.h"

namespace afterpatch::assess {

struct DoorGround {
  Door door;                           // url, path, sha256, reasons, evidence and confidence are filled in
  std::optional<Timestamp> file_time;  // as the file system says; collectors and intruders change it
  std::string parameter;               // the shell's own, if its text is known
  bool file_found = false;
  std::set<DoorReason> reasons;  // independent ways in which it was judged
};

// Ordered by URL, then path.
std::vector<DoorGround> door_grounds(const Incident& incident, const Runs& runs, const VisitIndex& visits);

}  // namespace afterpatch::assess

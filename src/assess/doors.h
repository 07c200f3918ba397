// Back doors: what was left, whether it is still there, and whether anyone came back through it
// (docs/verdict.md).
#pragma once

#include <vector>

#include "assess/incident.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// Ordered by planting time (unknown last), then URL, then path. When a log proves a write and no door at all
// can be named, one door without path and URL stands for it.
std::vector<Door> find_doors(const Incident& incident, const Runs& runs);

// Whether a door is sure enough to lift the verdict.
inline bool counts(const Door& door) {
  return door.confidence >= Confidence::likely;
}

// How a door is named to people: its path, else its URL, else "a web shell of unknown name".
std::string name_of(const Door& door);

}  // namespace afterpatch::assess

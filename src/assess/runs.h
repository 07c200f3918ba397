// Runs: one use of an attack tool is a handful of rows of one client, seconds apart (real cases: 4 to 7 rows
// within 40 s). Any rung may be missing, since resetting a virtual directory restarts the application pools
// and buffered HttpProxy rows are lost; so the ECP log's proof of a write joins the run it overlaps.
#pragma once

#include <chrono>
#include <vector>

#include "assess/incident.h"

namespace afterpatch::assess {

// Longest pause inside a run. Rows carry the END of a request, so a slow request stands late.
inline constexpr std::chrono::seconds kRunGap{60};
// How far from a run's rows a row without a client (ECP log, event log) may lie and still belong to it.
inline constexpr std::chrono::seconds kServerRowReach{30};

struct Runs {
  std::vector<Run>
      runs;  // ordered by start, then client; client is empty where only the server's own log speaks
  Evidence without_time;  // rows of an attack whose time can't be read: they are in no run, but they count
};

Runs find_runs(const Incident& incident);

// Whether a run alone lifts the verdict to `exploited`: its outcome is that or better, and it rests on more
// than a single weak match:
// weak matches prove it only where two logs agree, since two rules may look at the same fact of one row.
bool proves_exploitation(const Run& run, const Incident& incident);

}  // namespace afterpatch::assess

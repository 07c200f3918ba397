// Everyday events of an Exchange server: logons, services, Exchange's own components, administrators' cmdlets
// and shells, and the processes that all of them start. Nothing in it is an attack.
#pragma once

#include <vector>

#include "range/random.h"
#include "range/server.h"
#include "range/windows_events.h"

namespace afterpatch::range {

class RoutineEvents {
 public:
  RoutineEvents(const Server& server, Random random, EventHabits habits, int events_per_day)
      : server_(server), random_(random), habits_(habits), events_per_day_(events_per_day) {}

  // Appends the events of [hour, hour + 1 h), in no order. Each hour is drawn from its own stream.
  void add_hour(Timestamp hour, std::vector<EvtxEvent>& out) const;

 private:
  const Server& server_;
  Random random_;
  EventHabits habits_;
  int events_per_day_;
};

}  // namespace afterpatch::range

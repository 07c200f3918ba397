// Everyday traffic: people and their devices by hour and weekday, Exchange's own probes, administrators,
// crawlers. Nothing in it is an attack. Each hour is drawn from its own stream, so memory and order do not
// depend on how long the period is.
#pragma once

#include "range/events.h"
#include "range/random.h"
#include "range/server.h"

namespace afterpatch::range {

struct TrafficOptions {
  int rows_per_day = 200;  // front-end requests a day, about; a quarter of them are probes
  bool crawlers = false;
};

class Traffic {
 public:
  Traffic(const Server& server, Random random, TrafficOptions options);

  // Appends the events that end in [hour, hour + 1 h), in no order.
  void add_hour(Timestamp hour, Events& events) const;

 private:
  const Server& server_;
  Random random_;
  TrafficOptions options_;
};

// Share of a day's requests of people in that hour, by weekday and hour (UTC; the office lies near it).
double share_of_day(Timestamp hour);

}  // namespace afterpatch::range

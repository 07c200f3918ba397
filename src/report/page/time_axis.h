// Where a moment lies on a drawing, and which moments to write below it.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace afterpatch::report {

struct TimeRange {
  Timestamp first;
  Timestamp last;

  bool empty() const { return last <= first; }
  bool contains(Timestamp time) const { return first <= time && time <= last; }
  std::chrono::microseconds length() const { return last - first; }
  void extend(Timestamp time);  // the epoch ("not known") extends nothing
  TimeRange padded(double share, std::chrono::microseconds least) const;
};

struct Tick {
  Timestamp time;
  std::string label;   // "06:00", "3 Mar", "March 2021"
  bool major = false;  // a new day among hours, a new month among days, a new year among months
};

// Maps a range of time to [left, right]; times outside go to the nearer edge. REQUIRES: !range.empty().
class TimeAxis {
 public:
  TimeAxis(TimeRange range, double left, double right) : range_(range), left_(left), right_(right) {}

  double x(Timestamp time) const;
  double left() const { return left_; }
  double right() const { return right_; }
  const TimeRange& range() const { return range_; }

  // Round moments (UTC) at least `spacing` apart on the drawing, in order. Hours, days, weeks (from Monday),
  // months, years.
  std::vector<Tick> ticks(double spacing) const;

 private:
  TimeRange range_;
  double left_;
  double right_;
};

}  // namespace afterpatch::report

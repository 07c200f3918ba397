// At most `burst` at once, and one more each `interval`: a token bucket, kept as the moment from which on it
// is full (the generic cell rate algorithm, ITU-T I.371). Whole nanoseconds, so nothing is lost to rounding.
#pragma once

#include <algorithm>
#include <chrono>

namespace afterpatch::constituency {

// Not thread-safe.
class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::nanoseconds;

  // REQUIRES: interval >= 0, burst >= 1.
  TokenBucket(Duration interval, int burst) : interval_(interval), allowance_(interval * (burst - 1)) {}

  // From when on the next may be taken; in the past if at once.
  Time allowed_at() const { return full_at_ - allowance_; }
  void take(Time now) { full_at_ = std::max(full_at_, now) + interval_; }

 private:
  Duration interval_;
  Duration allowance_;
  Time full_at_ = Time::min() + std::chrono::hours(24 * 366);  // far back, but safe to subtract from
};

}  // namespace afterpatch::constituency

// Chances that the country is drawn with.
#pragma once

#include <chrono>
#include <cmath>

#include "base/time.h"
#include "range/random.h"

namespace afterpatch::range {

inline double unit(Random& random) {  // 0 <= x < 1
  return static_cast<double>(random.next() >> 11U) * 0x1.0p-53;
}

inline double exponential(Random& random, double mean) {
  return -mean * std::log1p(-unit(random));
}

// Rounded to the second, so that texts in JSON lose nothing.
inline std::chrono::microseconds hours(double count) {
  return std::chrono::seconds(static_cast<std::int64_t>(count * 3600));
}

inline std::int64_t day_number(Timestamp time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

}  // namespace afterpatch::range

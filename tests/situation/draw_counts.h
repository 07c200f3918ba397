// Random counts for tests.
#pragma once

#include <cmath>
#include <cstdint>

#include "range/random.h"

namespace afterpatch::situation {

inline double unit(range::Random& random) {
  return static_cast<double>(random.next() >> 11U) * 0x1.0p-53;
}

// Knuth's method: for small means.
inline std::uint64_t draw_poisson(range::Random& random, double mean) {
  const double limit = std::exp(-mean);
  std::uint64_t count = 0;
  for (double product = unit(random); product > limit; product *= unit(random)) ++count;
  return count;
}

}  // namespace afterpatch::situation

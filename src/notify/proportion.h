// Shares of small groups, with intervals that stay honest at 0 and 100 %.
#pragma once

#include <cstdint>

namespace afterpatch::notify {

struct Proportion {
  std::uint64_t with = 0;
  std::uint64_t of = 0;  // 0: nothing can be said, and the interval is everything
  double share = 0;
  double low = 0;  // 95 %
  double high = 1;
};

// Wilson's score interval (E. B. Wilson 1927; Newcombe, Statistics in Medicine 17, 1998, 857-872, method 3).
Proportion proportion(std::uint64_t with, std::uint64_t of);

struct Difference {
  double share = 0;  // a - b
  double low = -1;   // 95 %
  double high = 1;
};

// Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, 873-890, method 10).
Difference difference(const Proportion& a, const Proportion& b);

}  // namespace afterpatch::notify

// The share of servers that have the fix, by simulated day: straight lines between given points, flat
// outside.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"

namespace afterpatch::range {

class PatchCurve {
 public:
  // "0:10,4:75": on day 0 ten per cent, on day 4 seventy-five. Fails unless days rise and shares (0 to 100)
  // never fall: nobody takes a fix off again.
  static Result<PatchCurve> parse(std::string_view text);

  // Ten per cent at first, then as Microsoft and RiskIQ counted in March 2021: of some 400,000 servers
  // 100,000 were left on the 9th, 82,000 on the 12th, and 92 per cent were patched or mitigated on the 22nd.
  // Day 0 is 2021-03-05.
  static PatchCurve march_2021();

  double share(int day) const;  // 0 to 1

 private:
  struct Point {
    int day;
    double percent;
  };
  std::vector<Point> points_;
};

}  // namespace afterpatch::range

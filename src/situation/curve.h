// Servers by day and standing, from where each stands now: from the day it was first seen to the day it was
// last seen, open from `first_open` to `patched`. Gaps in between are not in it (picture.h).
#pragma once

#include <map>
#include <vector>

#include "situation/picture.h"
#include "store/servers.h"

namespace afterpatch::situation {

class Curve {
 public:
  void add(const store::ServerGlance& server);
  std::vector<CurveDay> days(std::int64_t last_day) const;  // up to and with that day

 private:
  struct Changes {
    std::int64_t unpatched = 0, unsupported = 0, unknown = 0, patched = 0;
    std::uint64_t appeared = 0, gone = 0;
  };
  using Standing = std::int64_t Changes::*;
  void count(Standing standing, std::int64_t from, std::int64_t end);

  std::map<std::int64_t, Changes> changes_;
};

inline std::int64_t day_of(Timestamp time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

}  // namespace afterpatch::situation

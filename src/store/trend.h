// Counts of servers by day and where they stand now: what `afterpatch scan report` prints.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/day_picture.h"
#include "store/survival.h"

namespace afterpatch::store {

using StandingCounts = std::array<std::uint64_t, kStandings>;  // by Standing

inline std::uint64_t count_of(const StandingCounts& counts, Standing standing) {
  return counts[static_cast<std::size_t>(standing)];
}

// Of the servers that have, or had, the flaws. Those whose build is not known could be either, which makes
// the band; those that are gone are in none of the three.
struct PatchedShare {
  double low = 0;                 // all unknown ones are unpatched
  double high = 0;                // all unknown ones are patched
  double among_known = 0;         // of those whose build is known
  std::uint64_t denominator = 0;  // servers in the band; 0: there are none, and the shares mean nothing
};
PatchedShare patched_share(const StandingCounts& counts);

struct DayCounts {
  std::int64_t day = 0;  // from 1970-01-01 UTC
  StandingCounts counts{};
  std::uint64_t seen_first = 0;  // self-hosted for the first time; on the first day all of them
  std::uint64_t gone = 0;        // self-hosted the active day before, now not seen as such
  std::uint64_t returned = 0;
  // At least twenty servers and more than half of them vanished at once. Real servers go by a few in a
  // hundred a day, so it was the scan that failed, and the counts of this day and those after it mean little.
  bool doubtful = false;
};

struct GroupCounts {
  std::string key;  // "DE", "AS3320", "health"; empty: not known
  StandingCounts counts{};
};

struct Picture {
  std::vector<std::string> sources;
  std::vector<DayCounts> days;  // days on which anything was seen at all
  StandingCounts gone_as{};     // no longer seen on the last day, by what they were when last seen
  std::uint64_t odd_days =
      0;  // days on which a server stood worse than on the day before: patches do not come off
  std::vector<GroupCounts> countries;  // of the last day, most open servers first
  std::vector<GroupCounts> networks;
  std::vector<GroupCounts> sectors;
  // From the first day seen open to the middle between the last day open and the first day patched.
  std::vector<Lifetime> lifetimes;
  HalfLife half_life;
};

// `source`: empty for all. Memory: a few bytes a server that was ever open, and the days.
Result<Picture> take_picture(Store& store, const std::string& source);

}  // namespace afterpatch::store

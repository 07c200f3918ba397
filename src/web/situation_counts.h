// Everything that the situation's picture needs, counted in one pass over the groups of servers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"
#include "web/organisation_table.h"

namespace afterpatch::web {

struct SituationCounts {
  std::uint64_t present = 0;  // seen on the last day
  std::uint64_t unpatched = 0;
  std::uint64_t unsupported = 0;
  std::uint64_t unknown = 0;  // no build, or only part of it
  std::uint64_t patched = 0;
  // The rest also of servers that are gone: what was done to them was done.
  std::uint64_t hunted = 0;
  std::uint64_t exploited = 0, exploited_certain = 0;  // or worse; certain: confirmed
  std::uint64_t backdoored = 0, backdoored_certain = 0;
  std::uint64_t reentered = 0, reentered_certain = 0;
  std::uint64_t notified = 0, reached = 0, clean = 0;  // by the state of their case

  std::uint64_t open() const { return unpatched + unsupported; }
};

// Adds one group: exposure, present ("0" or "1"), compromise (its number), its confidence, state of the case.
void add_group(SituationCounts& counts, const std::vector<std::string>& values, std::uint64_t servers);

struct Counted {
  SituationCounts all;
  std::map<std::string, SituationCounts> countries;
  std::map<std::string, SituationCounts> sectors;
};

// `filter` as for a list of servers.
Result<Counted> count_servers(store::Store& store, const store::ServerQuery& filter);

}  // namespace afterpatch::web

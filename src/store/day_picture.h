// What a server was on each day, made from all that was seen of it.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace afterpatch::store {

enum class Standing {
  absent,        // not seen, or nothing that could be read
  other,         // seen, but no self-hosted Exchange
  not_affected,  // self-hosted, but without the flaws
  unknown,       // self-hosted, no build seen
  build_ambiguous,
  patched,
  unpatched,
  unsupported,
};
inline constexpr std::size_t kStandings = 8;
std::string_view name_of(Standing standing);  // words of DESIGN section 2

// Self-hosted, whatever its build.
constexpr bool is_server(Standing standing) {
  return standing >= Standing::not_affected;
}
constexpr bool is_open(Standing standing) {
  return standing == Standing::unpatched || standing == Standing::unsupported;
}

// What one span says of the days on which it holds.
Standing standing_of(const SeenSpan& span);

using LongestGaps = std::map<std::int64_t, std::chrono::microseconds>;  // by source

// One standing for each of `days` (counted from 1970-01-01 UTC, ascending).
//
// A span holds until the day on which the next of its source and name begins that says anything, at most for
// its source's longest gap after it was last seen. Silence, and answers that can't be read, say nothing: one
// probe that failed makes nobody vanish, but two days of it do. Where several sources or names hold on one
// day, the more exact one wins: a build, then a cumulative update, then the bare product, then another
// product, then nothing; among equals the one that began last. So a server that shows Exchange under its name
// only is Exchange.
std::vector<Standing> standings_of(const ServerHistory& server, const std::vector<std::int64_t>& days,
                                   const LongestGaps& longest_gaps);

}  // namespace afterpatch::store

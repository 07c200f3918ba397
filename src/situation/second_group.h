// Was there a second group? Two activity clusters that meet on the same servers more, or less, often than
// chance would have it, and which of them came first there. A hypothesis with its counts: clusters are ways
// of working, not people, and the same people may work in two ways.
//
// Chance: of N hunted servers that show marks, a were hit in the one way and b in the other; if the ways were
// independent, the number hit in both would be hypergeometric (R. A. Fisher's exact test, one side each).
//
// Limits: only servers that were hunted count, and a hunt may miss the older of two; a server that is open
// longer meets everybody more often, so "more than chance" may be neglect and not design.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace afterpatch::situation {

struct Meeting {
  std::string a, b;           // ids of clusters
  std::uint64_t servers = 0;  // N
  std::uint64_t with_a = 0, with_b = 0, with_both = 0;
  double expected = 0;  // with both, by chance
  double more = 1;      // P(at least as many by chance)
  double fewer = 1;     // P(at most as many by chance)
};

// REQUIRES: with_both <= with_a, with_b <= servers.
Meeting meet(std::string a, std::string b, std::uint64_t servers, std::uint64_t with_a, std::uint64_t with_b,
             std::uint64_t with_both);

// What the counts allow to say, at one in a hundred after Bonferroni for `tests` pairs tested.
enum class Meets { as_chance, more_than_chance, less_than_chance };
Meets judge(const Meeting& meeting, std::size_t tests);

// P(X <= k) of the hypergeometric distribution: k hits in `drawn` of `whole`, of which `marked` are hits.
double hypergeometric_at_most(std::uint64_t k, std::uint64_t whole, std::uint64_t marked,
                              std::uint64_t drawn);

}  // namespace afterpatch::situation

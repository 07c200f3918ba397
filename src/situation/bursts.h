// Bursts in a stream of events: Kleinberg's automaton, whose states are rates that rise by a factor each, and
// whose climbs cost something, so that a few events close together are no burst yet. The cheapest sequence of
// states is found by Viterbi's algorithm.
//
// J. Kleinberg, Bursty and Hierarchical Structure in Streams, KDD 2002: section 2 (gaps between events, any
// number of states) and section 4 (batches, two states or more).
//
// Limits: the base rate is the mean of all unless it is given, so a stream that is one single burst has none;
// weekdays are not known to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace afterpatch::situation {

struct BurstSettings {
  double scaling = 2;  // s: how much faster each state is than the one below; more than 1
  double gamma = 1;    // what a climb of one state costs, times ln(number of events or batches)
  std::size_t states = 2;
  std::optional<double> base_rate;  // events a batch, of state 0; absent: the mean
};

// States by batch (a day). Counts are taken as Poisson, which is what Kleinberg's binomial cost becomes if
// the whole from which they were drawn is large. All 0 if nothing happened. REQUIRES: scaling > 1, gamma >=
// 0, 1 <= states <= 64.
std::vector<std::size_t> batch_states(const std::vector<std::uint64_t>& counts,
                                      const BurstSettings& settings);

// The same for batches of known size, of which some are relevant: the paper's own cost, binomial.
// REQUIRES: as above; relevant[i] <= totals[i].
std::vector<std::size_t> batch_states(const std::vector<std::uint64_t>& relevant,
                                      const std::vector<std::uint64_t>& totals,
                                      const BurstSettings& settings);

// States by gap between events (n events have n - 1 gaps), of the automaton with as many states as the data
// can use (section 2: no sequence of least cost goes higher). Gaps are in any one unit; zeros are taken as
// the smallest gap that is not. `states` and `base_rate` do not count here.
std::vector<std::size_t> gap_states(const std::vector<double>& gaps, const BurstSettings& settings);

// A maximal interval of states at least `level`, both ends included. Those of a higher level lie within one
// of a lower.
struct Burst {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t level = 1;
};
std::vector<Burst> bursts_of(const std::vector<std::size_t>& states);  // by beginning, then by level

}  // namespace afterpatch::situation

// Days on which the rate of events changed: PELT, which finds the division of a series into segments of one
// rate each that is cheapest of all, in time that grows about as the series.
//
// R. Killick, P. Fearnhead, I. A. Eckley, Optimal Detection of Changepoints With a Linear Computational Cost,
// JASA 107 (2012), section 3. Cost of a segment: twice its negative log-likelihood at its own mean, as
// Poisson, or as negative binomial with one size for the whole series, which overdispersed counts need.
//
// Limits: offline, so the newest days may still change sides; every segment is taken as flat, so a slow rise
// becomes stairs; events in the newest days that are not reported yet look like a fall (delay.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace afterpatch::situation {

enum class CountModel { poisson, negative_binomial };

struct ChangePointSettings {
  CountModel model = CountModel::poisson;
  std::optional<double> penalty;  // for each segment more; absent: 3 ln(length)
  double size = 0;                // of the negative binomial; 0: estimated by dispersion_size()
  std::size_t shortest = 1;       // of a segment
};

struct Segment {
  std::size_t first = 0;  // both ends included
  std::size_t last = 0;
  double rate = 0;  // mean of its counts
};

// The whole series, cut into segments. Empty for an empty series. REQUIRES: shortest >= 1.
std::vector<Segment> segments_of(const std::vector<std::uint64_t>& counts,
                                 const ChangePointSettings& settings);

// The size of a negative binomial (variance = mean + mean^2 / size) from differences of neighbours, which
// changes of the rate disturb little: of the squared differences the greatest tenth is left out. Large
// (1e9) if the counts scatter no more than Poisson's.
double dispersion_size(const std::vector<std::uint64_t>& counts);

}  // namespace afterpatch::situation

// Waves: dated intervals in which clearly more happened than usual. Two methods look at the counts by day,
// and a wave says whether both see it.
//
// Change points (change_points.h) set the dates. A segment is high if its rate is at least kHighFactor times
// the usual one (median of the days, at least kLeastUsual) and so many events would come by chance with less
// than kChance. High segments side by side are one wave, but a rate that rises by kStepUp begins another one
// (a quiet campaign that turns into a mass campaign is two waves); a tail of less than kTail of the wave's
// highest rate is none of it. Kleinberg's automaton (bursts.h) confirms a wave in which it is in a burst on
// most days, and gives its strength as a level: 2^level times the usual rate.
//
// Limits: whole days; waves that overlap are one; days that are hardly reported yet are left out, and a wave
// that goes on at the last day counted is `open`.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "situation/delay.h"

namespace afterpatch::situation {

inline constexpr double kHighFactor = 3;
inline constexpr double kLeastUsual = 0.2;  // events a day
inline constexpr double kChance = 1e-4;
inline constexpr double kStepUp = 3;
inline constexpr double kTail = 0.2;

struct DatedWave {
  std::int64_t first_day = 0;  // from 1970-01-01 UTC; both ends included
  std::int64_t last_day = 0;
  std::uint64_t events = 0;         // reported by now
  std::optional<double> corrected;  // for reports to come; absent: too little is known
  double rate = 0;                  // events a day, reported by now
  double usual = 0;                 // events a day outside waves
  std::size_t burst_level = 0;      // the highest of its days
  bool both_methods = false;
  bool open = false;  // not over on the last day counted
};

struct WavePicture {
  std::vector<DatedWave> waves;          // by date; they do not overlap
  double usual = 0;                      // events a day
  double dispersion_size = 0;            // change_points.h; large: as Poisson
  std::vector<std::size_t> burst_state;  // by day, from the first row of `days` on
};

// `days`: every day once, ascending, as nowcast() gives them.
WavePicture find_waves(const std::vector<NowcastDay>& days);

}  // namespace afterpatch::situation

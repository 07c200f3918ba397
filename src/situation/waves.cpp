#include "situation/waves.h"

#include <algorithm>
#include <cmath>

#include "situation/bursts.h"
#include "situation/change_points.h"

namespace afterpatch::situation {
namespace {

// P(X >= count) of a Poisson variable, summed from `count` up until the terms vanish.
double poisson_tail(double count, double mean) {
  if (count <= mean) return 1;
  double term = std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
  double sum = 0;
  for (double k = count; term > 0 && k < count + 10'000; ++k) {
    sum += term;
    if (term < sum * 1e-12) break;
    term *= mean / (k + 1);
  }
  return std::min(sum, 1.0);
}

double usual_rate(std::vector<std::uint64_t> counts) {
  const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
  std::nth_element(counts.begin(), middle, counts.end());
  return std::max(kLeastUsual, static_cast<double>(*middle));
}

// Those of which enough is reported to tell a wave from none.
std::vector<NowcastDay> days_that_count(const std::vector<NowcastDay>& days) {
  std::vector<NowcastDay> out;
  for (const NowcastDay& day : days)
    if (day.complete >= kLeastComplete) out.push_back(day);
  return out;
}

bool is_high(const Segment& segment, double usual) {
  const auto length = static_cast<double>(segment.last - segment.first + 1);
  return segment.rate >= kHighFactor * usual && poisson_tail(segment.rate * length, usual * length) < kChance;
}

struct Run {
  std::size_t first = 0;
  std::size_t last = 0;
  double highest = 0;
  double newest = 0;
};

// Whether the segment goes on with the wave that ended just before it.
bool continues(const Run& run, const Segment& segment) {
  return run.last + 1 == segment.first && segment.rate < kStepUp * run.newest &&
         segment.rate >= kTail * run.highest;
}

std::vector<Run> runs_of(const std::vector<Segment>& segments, double usual) {
  std::vector<Run> out;
  bool after_tail = false;
  for (const Segment& segment : segments) {
    if (!is_high(segment, usual)) {
      after_tail = false;
      continue;
    }
    if (!out.empty() && continues(out.back(), segment) && !after_tail) {
      out.back().last = segment.last;
      out.back().highest = std::max(out.back().highest, segment.rate);
      out.back().newest = segment.rate;
      continue;
    }
    const bool falls =
        !out.empty() && out.back().last + 1 == segment.first && segment.rate < out.back().newest;
    after_tail = falls;  // the tail of a wave begins none
    if (!falls) out.push_back({segment.first, segment.last, segment.rate, segment.rate});
  }
  return out;
}

DatedWave describe(const Run& run, const std::vector<NowcastDay>& days, const WavePicture& picture) {
  DatedWave wave;
  wave.first_day = days[run.first].day;
  wave.last_day = days[run.last].day;
  wave.open = run.last + 1 == days.size();
  wave.usual = picture.usual;
  wave.corrected = 0;
  std::size_t in_burst = 0;
  for (std::size_t i = run.first; i <= run.last; ++i) {
    wave.events += days[i].reported;
    if (wave.corrected && days[i].expected)
      *wave.corrected += *days[i].expected;
    else
      wave.corrected.reset();
    wave.burst_level = std::max(wave.burst_level, picture.burst_state[i]);
    in_burst += picture.burst_state[i] > 0 ? 1 : 0;
  }
  const std::size_t length = run.last - run.first + 1;
  wave.rate = static_cast<double>(wave.events) / static_cast<double>(length);
  wave.both_methods = 2 * in_burst > length;
  return wave;
}

}  // namespace

WavePicture find_waves(const std::vector<NowcastDay>& all) {
  WavePicture out;
  const auto days = days_that_count(all);
  if (days.empty()) return out;
  std::vector<std::uint64_t> counts;
  for (const NowcastDay& day : days) counts.push_back(day.reported);
  out.usual = usual_rate(counts);
  out.dispersion_size = dispersion_size(counts);
  out.burst_state = batch_states(counts, {.scaling = 2, .gamma = 1, .states = 12, .base_rate = out.usual});
  const auto segments = segments_of(
      counts,
      {.model = CountModel::negative_binomial, .penalty = {}, .size = out.dispersion_size, .shortest = 1});
  for (const Run& run : runs_of(segments, out.usual)) out.waves.push_back(describe(run, days, out));
  return out;
}

}  // namespace afterpatch::situation

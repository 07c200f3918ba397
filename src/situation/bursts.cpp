#include "situation/bursts.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace afterpatch::situation {
namespace {

using Cost = std::function<double(std::size_t state, std::size_t at)>;

// Cheapest states of a chain that begins in state 0; ties go to the lower state.
std::vector<std::size_t> viterbi(std::size_t length, std::size_t states, double climb, const Cost& cost) {
  std::vector<double> best(states, std::numeric_limits<double>::infinity());
  best[0] = 0;
  std::vector<std::vector<std::size_t>> from(length, std::vector<std::size_t>(states));
  for (std::size_t t = 0; t < length; ++t) {
    std::vector<double> next(states, std::numeric_limits<double>::infinity());
    for (std::size_t to = 0; to < states; ++to) {
      for (std::size_t state = 0; state < states; ++state) {
        const double way = best[state] + (to > state ? static_cast<double>(to - state) * climb : 0);
        if (way < next[to]) next[to] = way, from[t][to] = state;
      }
      next[to] += cost(to, t);
    }
    best = std::move(next);
  }
  std::vector<std::size_t> out(length);
  auto state = static_cast<std::size_t>(std::min_element(best.begin(), best.end()) - best.begin());
  for (std::size_t t = length; t-- > 0; state = from[t][state]) out[t] = state;
  return out;
}

double climb_of(const BurstSettings& settings, std::size_t length) {
  return settings.gamma * std::log(static_cast<double>(std::max<std::size_t>(length, 2)));
}

double sum_of(const std::vector<std::uint64_t>& counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

// Section 2: k = ceil(1 + log_s T + log_s (1 / smallest gap)).
std::size_t useful_states(double total, double smallest, double scaling) {
  const double k = std::ceil(1 + std::log(total / smallest) / std::log(scaling));
  return static_cast<std::size_t>(std::clamp(k, 1.0, 64.0));
}

}  // namespace

std::vector<std::size_t> batch_states(const std::vector<std::uint64_t>& counts,
                                      const BurstSettings& settings) {
  const double sum = sum_of(counts);
  if (sum <= 0) return std::vector<std::size_t>(counts.size(), 0);
  const double base = settings.base_rate.value_or(sum / static_cast<double>(counts.size()));
  return viterbi(counts.size(), settings.states, climb_of(settings, counts.size()),
                 [&](std::size_t state, std::size_t t) {
                   const double rate = base * std::pow(settings.scaling, static_cast<double>(state));
                   return rate - static_cast<double>(counts[t]) * std::log(rate);
                 });
}

std::vector<std::size_t> batch_states(const std::vector<std::uint64_t>& relevant,
                                      const std::vector<std::uint64_t>& totals,
                                      const BurstSettings& settings) {
  const double sum = sum_of(relevant);
  if (sum <= 0) return std::vector<std::size_t>(relevant.size(), 0);
  constexpr double kHighest = 0.9999;  // shares of 1 and more have no logarithm of the rest
  const double base = sum / sum_of(totals);
  return viterbi(relevant.size(), settings.states, climb_of(settings, relevant.size()),
                 [&](std::size_t state, std::size_t t) {
                   const double share =
                       std::min(kHighest, base * std::pow(settings.scaling, static_cast<double>(state)));
                   const auto hits = static_cast<double>(relevant[t]);
                   return -hits * std::log(share) -
                          (static_cast<double>(totals[t]) - hits) * std::log1p(-share);
                 });
}

std::vector<std::size_t> gap_states(const std::vector<double>& gaps, const BurstSettings& settings) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const double gap : gaps)
    if (gap > 0) smallest = std::min(smallest, gap);
  if (!std::isfinite(smallest)) return std::vector<std::size_t>(gaps.size(), 0);
  double total = 0;
  for (const double gap : gaps) total += std::max(gap, smallest);
  const double mean_rate = static_cast<double>(gaps.size()) / total;
  const std::size_t states = useful_states(total, smallest, settings.scaling);
  return viterbi(gaps.size(), states, climb_of(settings, gaps.size()), [&](std::size_t state, std::size_t t) {
    const double rate = mean_rate * std::pow(settings.scaling, static_cast<double>(state));
    return rate * std::max(gaps[t], smallest) - std::log(rate);
  });
}

std::vector<Burst> bursts_of(const std::vector<std::size_t>& states) {
  std::vector<Burst> out;
  const std::size_t highest = states.empty() ? 0 : *std::max_element(states.begin(), states.end());
  for (std::size_t level = 1; level <= highest; ++level) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (states[i] < level) continue;
      const std::size_t first = i;
      while (i + 1 < states.size() && states[i + 1] >= level) ++i;
      out.push_back({first, i, level});
    }
  }
  std::sort(out.begin(), out.end(), [](const Burst& a, const Burst& b) {
    return std::pair(a.first, a.level) < std::pair(b.first, b.level);
  });
  return out;
}

}  // namespace afterpatch::situation

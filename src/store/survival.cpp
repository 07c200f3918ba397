#include "store/survival.h"

#include <algorithm>
#include <cmath>

namespace afterpatch::store {
namespace {

constexpr double kNormal95 = 1.959963984540054;

// The band of S on the scale log(-log S), which keeps it within 0 and 1.
void set_band(SurvivalStep& step, double variance_sum) {
  if (step.open <= 0 || step.open >= 1) {
    step.low = step.high = step.open;
    return;
  }
  const double spread = kNormal95 * std::sqrt(variance_sum) / std::fabs(std::log(step.open));
  step.low = std::pow(step.open, std::exp(spread));
  step.high = std::pow(step.open, std::exp(-spread));
}

std::optional<double> first_at_most_half(const std::vector<SurvivalStep>& steps,
                                         double SurvivalStep::* value) {
  const auto at =
      std::find_if(steps.begin(), steps.end(), [&](const SurvivalStep& step) { return step.*value <= 0.5; });
  return at == steps.end() ? std::nullopt : std::optional(at->days);
}

HalfLife exponential(const std::vector<Lifetime>& lifetimes, HalfLife out) {
  double days_open = 0;
  for (const Lifetime& lifetime : lifetimes) days_open += lifetime.days;
  if (out.patched == 0 || days_open <= 0) return out;
  const auto patched = static_cast<double>(out.patched);
  const double rate = patched / days_open;
  const double spread = std::exp(kNormal95 / std::sqrt(patched));
  out.method = HalfLifeMethod::exponential;
  out.days = std::log(2.0) / rate;
  out.low = out.days / spread;
  out.high = out.days * spread;
  return out;
}

}  // namespace

std::vector<SurvivalStep> kaplan_meier(std::vector<Lifetime> lifetimes) {
  std::sort(lifetimes.begin(), lifetimes.end(),
            [](const Lifetime& a, const Lifetime& b) { return a.days < b.days; });
  std::vector<SurvivalStep> steps;
  double open = 1;
  double variance_sum = 0;
  for (std::size_t i = 0; i < lifetimes.size();) {
    const double time = lifetimes[i].days;
    const auto at_risk = static_cast<double>(lifetimes.size() - i);
    double ended = 0;
    for (; i < lifetimes.size() && lifetimes[i].days == time; ++i) ended += lifetimes[i].ended ? 1 : 0;
    if (ended == 0) continue;
    open *= 1 - ended / at_risk;
    if (at_risk > ended) variance_sum += ended / (at_risk * (at_risk - ended));
    SurvivalStep step{time, open, open, open};
    set_band(step, variance_sum);
    steps.push_back(step);
  }
  return steps;
}

HalfLife half_life(const std::vector<Lifetime>& lifetimes) {
  HalfLife out;
  out.servers = lifetimes.size();
  out.patched = static_cast<std::size_t>(
      std::count_if(lifetimes.begin(), lifetimes.end(), [](const Lifetime& one) { return one.ended; }));
  const auto steps = kaplan_meier(lifetimes);
  const auto median = first_at_most_half(steps, &SurvivalStep::open);
  if (!median) return exponential(lifetimes, out);
  out.method = HalfLifeMethod::kaplan_meier;
  out.days = *median;
  out.low = first_at_most_half(steps, &SurvivalStep::low);
  out.high = first_at_most_half(steps, &SurvivalStep::high);
  return out;
}

}  // namespace afterpatch::store

#include "exposure/pace.h"

namespace afterpatch::exposure {
namespace {

double seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

// In a window of one second that jitter stretches, at most floor((1 + kJitter) / step) + 1 steps begin; a
// step that is longer than (1 + kJitter) / limit leaves `limit` of them. With catching up, a second also
// holds what was caught up from before it.
Clock::duration step_of(Rate rate) {
  if (rate.per_second <= 0) return Clock::duration::zero();
  double step = (1 + kJitter) / rate.per_second;
  if (rate.per_second > kSmoothLimit) {
    step = (1 + kJitter + seconds(kCatchUp)) / (rate.per_second - 1);
  }
  return std::chrono::ceil<Clock::duration>(std::chrono::duration<double>(step));
}

Pace::Pace(Rate rate)
    : step_(step_of(rate)),
      catch_up_(rate.per_second > kSmoothLimit ? Clock::duration(kCatchUp) : Clock::duration{}) {}

void Pace::sent(TimePoint now) {
  if (step_ != Clock::duration::zero()) next_ = std::max(next_, now) + step_;
}

}  // namespace afterpatch::exposure

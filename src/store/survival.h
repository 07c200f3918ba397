// How long servers stay open: survival analysis with censoring. A server that vanished unpatched was open as
// long as it was seen, and nobody knows what came then.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace afterpatch::store {

struct Lifetime {
  double days = 0;     // seen open for so long
  bool ended = false;  // by a patch; otherwise it was lost sight of (censored)
};

struct SurvivalStep {
  double days = 0;
  double open = 1;  // share still open after so many days
  double low = 1;   // 95 % band
  double high = 1;
};

// Kaplan and Meier's estimate with Greenwood's variance on the log-log scale, one step for each distinct time
// of a patch (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, section 1.4).
std::vector<SurvivalStep> kaplan_meier(std::vector<Lifetime> lifetimes);

enum class HalfLifeMethod {
  none,          // nobody patched, or nobody was open
  kaplan_meier,  // half of them were seen patching
  exponential,   // fewer than half: patches per day open, taken as constant
};

struct HalfLife {
  HalfLifeMethod method = HalfLifeMethod::none;
  double days = 0;
  std::optional<double> low;   // 95 % interval (Brookmeyer and Crowley; for the fit by the log of the rate)
  std::optional<double> high;  // none: the upper end was not reached
  std::size_t servers = 0;
  std::size_t patched = 0;
};

HalfLife half_life(const std::vector<Lifetime>& lifetimes);

}  // namespace afterpatch::store

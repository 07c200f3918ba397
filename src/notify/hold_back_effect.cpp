// The comparison that the random hold-back makes possible.
#include <algorithm>
#include <cmath>
#include <optional>

#include "notify/effect.h"

namespace afterpatch::notify {
namespace {

// A case on its own clock: days since it was opened.
struct Life {
  double told = 0;
  double end = 0;  // of the time that it was watched, within the window
  bool patched = false;
  double hold_window = 0;
};

double days(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 86400e6;
}

std::optional<Life> life_of(const EffectCase& one, Timestamp as_of) {
  if (one.longest_hold.count() <= 0 || !one.row.held_until || one.row.opened >= as_of) return std::nullopt;
  if (one.row.patched && *one.row.patched <= one.row.opened) return std::nullopt;  // not at risk
  Life life;
  life.hold_window = days(one.longest_hold);
  // By when the lot let it be told, not when it was: what was drawn is what differs by chance alone.
  life.told = days(*one.row.held_until - one.row.opened);
  life.end = std::min(life.hold_window, days(as_of - one.row.opened));
  if (one.row.patched && days(*one.row.patched - one.row.opened) <= life.end) {
    life.patched = true;
    life.end = days(*one.row.patched - one.row.opened);
  }
  return life;
}

// At each patch: how many were at risk, how many of them told; the sums of the log-rank test.
void log_rank(const std::vector<Life>& lives, HoldBackEffect& effect) {
  double variance = 0;
  for (const Life& event : lives) {
    if (!event.patched) continue;
    double at_risk = 0;
    double told = 0;
    for (const Life& other : lives) {
      if (other.end < event.end) continue;
      ++at_risk;
      if (other.told < event.end) ++told;
    }
    const double expected = told / at_risk;
    effect.expected_told += expected;
    variance += expected * (1 - expected);
    ++(event.told < event.end ? effect.patched_told : effect.patched_held);
  }
  if (variance <= 0) return;
  const double surplus = static_cast<double>(effect.patched_told) - effect.expected_told;
  effect.chi_square = surplus * surplus / variance;
  effect.p_value = std::erfc(std::sqrt(effect.chi_square / 2));
}

void count_halves(const std::vector<Life>& lives, HoldBackEffect& effect) {
  std::uint64_t early = 0, early_patched = 0, late = 0, late_patched = 0;
  for (const Life& life : lives) {
    if (!life.patched && life.end < life.hold_window) continue;  // not watched to the end of the window
    const bool is_early = life.told < life.hold_window / 2;
    ++(is_early ? early : late);
    if (life.patched) ++(is_early ? early_patched : late_patched);
  }
  effect.early = proportion(early_patched, early);
  effect.late = proportion(late_patched, late);
  effect.early_minus_late = difference(effect.early, effect.late);
}

}  // namespace

HoldBackEffect hold_back_effect(const std::vector<EffectCase>& cases, Timestamp as_of) {
  HoldBackEffect effect;
  std::vector<Life> lives;
  for (const EffectCase& one : cases) {
    if (const auto life = life_of(one, as_of)) lives.push_back(*life);
  }
  effect.cases = lives.size();
  for (const Life& life : lives) {
    effect.held_days += std::min(life.told, life.end);
    effect.told_days += std::max(0.0, life.end - life.told);
  }
  log_rank(lives, effect);
  count_halves(lives, effect);
  return effect;
}

}  // namespace afterpatch::notify

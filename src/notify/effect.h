// Did it help? Counts cases by what became of them, and compares groups. Denominators are always there: a
// share without one says nothing.
//
// Channels, sectors and texts are not drawn by lot, so their groups may differ for other reasons than the
// notice. The random hold-back is drawn by lot: at each moment while some cases were held, those already told
// and those still held differ by chance alone, and what comes out is the effect of being told.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "notify/proportion.h"
#include "store/store.h"
#include "store/survival.h"

namespace afterpatch::notify {

struct EffectGroup {
  std::string name;  // "letter", "nace:Q", "unpatched"; "" for what is unknown
  std::uint64_t cases = 0;
  Proportion notified;  // of all cases
  Proportion reached;   // of the notified, as all that follow
  Proportion acknowledged;
  Proportion patched;  // all servers seen patched, after the notice
  Proportion clean;
  std::vector<store::SurvivalStep> open;  // days from the notice until all servers were seen patched
};

// Cases that were held back at random, as a log-rank test with time-dependent groups (Mantel 1966; the state
// of a case changes from held to told). Patches per case and day while held and while told, within the
// longest hold-back after opening.
struct HoldBackEffect {
  std::uint64_t cases = 0;  // that were drawn
  double held_days = 0;     // of cases at risk
  double told_days = 0;
  std::uint64_t patched_held = 0;
  std::uint64_t patched_told = 0;
  double expected_told = 0;  // if being told changed nothing
  double chi_square = 0;     // one degree of freedom
  double p_value = 1;
  Proportion early;  // patched at the end of the window, of those held less than half of it
  Proportion late;   // of those held longer
  Difference early_minus_late;
};

// Of the cases to which one text was to go first: the same lot, within one text.
struct TextHoldBack {
  std::string text;
  HoldBackEffect effect;
};

struct Effect {
  Timestamp as_of{};
  EffectGroup all;
  std::vector<EffectGroup> by_channel, by_sector, by_text, by_reason;  // by name
  HoldBackEffect hold_back;
  std::vector<TextHoldBack> hold_back_by_text;  // of which any was drawn
};

// A case as this page sees it.
struct EffectCase {
  store::CaseRow row;
  std::string sector;
  // Of the first notice sent, else planned: "exchange-2021-proxylogon/backdoored/de"; "" if there is none.
  std::string template_id;
  std::chrono::minutes longest_hold{0};  // of the plan that drew it; 0: not drawn
};

// Pure. What happened after `as_of` is not known yet.
Effect effect_of(const std::vector<EffectCase>& cases, Timestamp as_of);
HoldBackEffect hold_back_effect(const std::vector<EffectCase>& cases, Timestamp as_of);

Result<std::vector<EffectCase>> read_effect_cases(store::Store& store);

}  // namespace afterpatch::notify

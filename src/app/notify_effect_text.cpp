// How `afterpatch notify effect` is shown.
#include <boost/json.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "app/notify_show.h"
#include "base/escape.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using notify::EffectGroup;
using notify::HoldBackEffect;
using notify::Proportion;

constexpr std::size_t kNameWidth = 14;

std::string share_text(const Proportion& part) {
  if (part.of == 0) return fmt::format("{:>21}", "-");
  return fmt::format("{:>5}/{:<5} {:>3.0f} %", part.with, part.of, part.share * 100) +
         fmt::format(" [{:.0f}-{:.0f}]", part.low * 100, part.high * 100);
}

std::string name_shown(const std::string& name) {
  return name.empty() ? "(unknown)" : escape_terminal(name);
}

std::string line_of(const EffectGroup& group, std::size_t width) {
  return fmt::format("  {:<{}} {:<24} {:<24} {:<24} {:<24}\n", name_shown(group.name), width,
                     share_text(group.notified), share_text(group.reached), share_text(group.patched),
                     share_text(group.clean));
}

std::string table(const std::string& title, const std::vector<EffectGroup>& groups) {
  std::size_t width = kNameWidth;
  for (const EffectGroup& group : groups) width = std::max(width, name_shown(group.name).size());
  std::string out = "\n" + title + "\n";
  for (const EffectGroup& group : groups) out += line_of(group, width);
  return out;
}

std::string compared(const HoldBackEffect& effect) {
  std::string out =
      fmt::format("  patched while held: {} in {:.1f} case-days; once told: {} in {:.1f} case-days\n",
                  effect.patched_held, effect.held_days, effect.patched_told, effect.told_days);
  out += fmt::format(
      "  log-rank with time-dependent groups: {} patched once told, {:.1f} expected, chi2 {:.2f}, p {:.3g}\n",
      effect.patched_told, effect.expected_told, effect.chi_square, effect.p_value);
  out += fmt::format("  patched at the end of the window: told in its first half {}, in its second {}\n",
                     share_text(effect.early), share_text(effect.late));
  return out + fmt::format("  difference {:+.0f} points [{:+.0f} to {:+.0f}]\n",
                           effect.early_minus_late.share * 100, effect.early_minus_late.low * 100,
                           effect.early_minus_late.high * 100);
}

std::string hold_back_text(const notify::Effect& effect) {
  const HoldBackEffect& all = effect.hold_back;
  if (all.cases == 0)
    return "\nHold-back: none was drawn, so what notices change can't be told from what differs anyway.\n";
  std::string out = fmt::format("\nHold-back ({} cases drawn by lot)\n", all.cases) + compared(all);
  if (effect.hold_back_by_text.size() < 2) return out;
  for (const notify::TextHoldBack& one : effect.hold_back_by_text)
    out += fmt::format("\nHold-back of {} ({} cases)\n", name_shown(one.text), one.effect.cases) +
           compared(one.effect);
  return out;
}

json::object share_json(const Proportion& part) {
  return {
      {"with", part.with}, {"of", part.of}, {"share", part.share}, {"low", part.low}, {"high", part.high}};
}

json::object group_json(const EffectGroup& group) {
  json::array curve;
  for (const store::SurvivalStep& step : group.open)
    curve.push_back(
        json::object{{"days", step.days}, {"open", step.open}, {"low", step.low}, {"high", step.high}});
  return {{"name", group.name},
          {"cases", group.cases},
          {"notified", share_json(group.notified)},
          {"reached", share_json(group.reached)},
          {"acknowledged", share_json(group.acknowledged)},
          {"patched", share_json(group.patched)},
          {"clean", share_json(group.clean)},
          {"open_after_notice", std::move(curve)}};
}

json::array groups_json(const std::vector<EffectGroup>& groups) {
  json::array out;
  for (const EffectGroup& group : groups) out.push_back(group_json(group));
  return out;
}

json::object hold_back_json(const HoldBackEffect& held) {
  return {{"cases", held.cases},
          {"held_days", held.held_days},
          {"told_days", held.told_days},
          {"patched_held", held.patched_held},
          {"patched_told", held.patched_told},
          {"expected_told", held.expected_told},
          {"chi_square", held.chi_square},
          {"p_value", held.p_value},
          {"early", share_json(held.early)},
          {"late", share_json(held.late)},
          {"difference", json::object{{"share", held.early_minus_late.share},
                                      {"low", held.early_minus_late.low},
                                      {"high", held.early_minus_late.high}}}};
}

}  // namespace

std::string effect_text(const notify::Effect& effect) {
  std::string out =
      fmt::format("Effect of notices as of {} ({} cases)\n", to_minute_text(effect.as_of), effect.all.cases);
  out += "Each share: with/of, per cent [95 % interval]. Told: of all cases; the others: of those told.\n\n";
  out +=
      fmt::format("  {:<14} {:<24} {:<24} {:<24} {:<24}\n", "", "told", "reached", "patched after", "clean");
  out += line_of(effect.all, kNameWidth);
  out += table("By channel (of the last notice; not drawn by lot)", effect.by_channel);
  out += table("By sector", effect.by_sector);
  out += table("By text (of the first notice)", effect.by_text);
  out += table("By reason", effect.by_reason);
  return out + hold_back_text(effect);
}

std::string effect_json(const notify::Effect& effect) {
  json::array by_text;
  for (const notify::TextHoldBack& one : effect.hold_back_by_text) {
    json::object group = hold_back_json(one.effect);
    group["name"] = one.text;
    by_text.push_back(std::move(group));
  }
  return json::serialize(json::object{{"as_of", to_iso8601(effect.as_of)},
                                      {"all", group_json(effect.all)},
                                      {"by_channel", groups_json(effect.by_channel)},
                                      {"by_sector", groups_json(effect.by_sector)},
                                      {"by_text", groups_json(effect.by_text)},
                                      {"by_reason", groups_json(effect.by_reason)},
                                      {"hold_back", hold_back_json(effect.hold_back)},
                                      {"hold_back_by_text", std::move(by_text)}});
}

}  // namespace afterpatch::app

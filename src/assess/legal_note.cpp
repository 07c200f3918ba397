#include "assess/legal_note.h"

#include <fmt/format.h>

namespace afterpatch::assess {
namespace {

std::string point_of(const knowledge::Duty& duty, const knowledge::Country& country) {
  std::string point = fmt::format("{}, {}: {}: tell {}", country.name, duty.title, duty.deadline, duty.to);
  if (!duty.where.empty()) point += fmt::format(" ({})", duty.where);
  if (!duty.text.empty()) point += ". " + duty.text;
  constexpr std::string_view kUnchecked = " (not checked against the law's text or the office's own page)";
  return fmt::format("{} Source: {}{}.", point.ends_with('.') ? point : point + ".", duty.source,
                     duty.checked.empty() ? kUnchecked : "");
}

}  // namespace

void add_legal_note(std::vector<Action>& actions, const knowledge::Country& country) {
  for (Action& action : actions) {
    if (action.id != kTellStep) continue;
    for (const knowledge::Duty& duty : country.duties) action.points.push_back(point_of(duty, country));
  }
}

void add_legal_note(HuntReport& hunt, const knowledge::Country& country) {
  for (ServerReport& server : hunt.servers) add_legal_note(server.actions, country);
  for (HuntReport& other : hunt.other_campaigns) add_legal_note(other, country);
}

}  // namespace afterpatch::assess

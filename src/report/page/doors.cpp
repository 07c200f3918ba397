// Back doors, each with its life and its visitors.
#include <algorithm>

#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kMostDoors = 100;
constexpr std::size_t kMostVisitors = 100;

std::string statuses(const assess::DoorVisitor& visitor) {
  std::string words;
  for (const auto& [status, requests] : visitor.by_status) {
    words += fmt::format("{}{} × {}", words.empty() ? "" : ", ", number_text(requests), status);
  }
  return words;
}

Html visitor_role(const assess::DoorVisitor& visitor) {
  Html role =
      badge(visitor.effective ? "effective" : "looked only", visitor.effective ? Tone::bad : Tone::info);
  if (visitor.planter) role += text(" ") + badge("planter", Tone::warn);
  return role;
}

Html user_agents(const assess::DoorVisitor& visitor) {
  if (visitor.user_agents.empty()) return {};
  return element("p", {{"class", "soft"}}, text("User agent: ") + codes(visitor.user_agents, 3));
}

Html visitors_table(const assess::Door& door) {
  if (door.visitors.empty()) return note("No request to it was found in the logs that were read.");
  Table table("Visitors (UTC)",
              {"Client", "First", "Last", "Requests", "Answered", "Status", "Methods", "What it was"},
              TooWide::stack);
  for (std::size_t i = 0; i < std::min(door.visitors.size(), kMostVisitors); ++i) {
    const assess::DoorVisitor& visitor = door.visitors[i];
    table.row({code(visitor.client), time_cell(visitor.first), time_cell(visitor.last),
               text(number_text(visitor.requests)), text(number_text(visitor.answered)),
               text(statuses(visitor)), codes(visitor.methods), visitor_role(visitor)},
              user_agents(visitor));
  }
  Html html = table.html();
  if (door.visitors.size() > kMostVisitors)
    html += note(fmt::format("{} more in report.json.", door.visitors.size() - kMostVisitors));
  return html;
}

Html optional_time(const std::optional<Timestamp>& time) {
  return time ? time_cell(*time) : Html();
}

Html planted(const assess::Door& door) {
  if (!door.planted) return {};
  return time_cell(*door.planted) +
         (door.planted_by.empty() ? Html() : text(" (known from: " + door.planted_by + ")"));
}

Html planted_again(const assess::Planting& again) {
  return time_cell(again.planted) + text(" (known from: " + again.planted_by + "; gone by ") +
         time_cell(again.gone_by) + text(")");
}

Html life(const assess::Door& door) {
  Facts facts;
  facts.add("Kind", text(door.kind));
  facts.add("File", code(door.path));
  facts.add("Address", code(door.url));
  facts.add("SHA-256", code(door.sha256));
  facts.add("Planted", planted(door));
  facts.add("Planted from", code(door.planted_client));
  facts.add("First answered", optional_time(door.first_answered));
  facts.add("Last answered", optional_time(door.last_answered));
  for (const assess::Planting& again : door.replanted) facts.add("Planted again", planted_again(again));
  facts.add("Gone at the latest", optional_time(door.removed_before));
  facts.add("Removed by", text(door.removed_by));
  return facts.html();
}

Html reasons(const assess::Door& door) {
  Html items;
  for (const std::string& reason : door.reasons) items += element("li", reason);
  if (items.empty()) return {};
  return element("h4", "Why this is a back door") + element("ul", items);
}

Html door_badges(const assess::Door& door) {
  Html badges = badge(door.presence == assess::Presence::unknown ? "not known whether present"
                                                                 : to_string(door.presence),
                      tone_of(door.presence)) +
                text(" ") + confidence_badge(door.confidence);
  if (!door.replanted.empty()) badges += text(" ") + badge("planted again after it was gone", Tone::bad);
  if (door.re_entered) badges += text(" ") + badge("someone came back", Tone::bad);
  return element("p", badges);
}

Html door_card(const PageContext& page, const assess::Door& door) {
  const std::string& name = !door.url.empty() ? door.url : !door.path.empty() ? door.path : door.kind;
  return element(
      "article", {{"class", "card door"}},
      {element("h3", {{"class", "door-name"}}, code(name)), door_badges(door), life(door), reasons(door),
       element("h4", "Who asked for it"), visitors_table(door), evidence_details(page, door.evidence)});
}

}  // namespace

Html doors_section(const PageContext& page) {
  const auto& doors = page.server.doors;
  Html cards;
  for (std::size_t i = 0; i < std::min(doors.size(), kMostDoors); ++i) cards += door_card(page, doors[i]);
  if (doors.size() > kMostDoors)
    cards += note(fmt::format("{} more in report.json.", doors.size() - kMostDoors));
  if (doors.empty())
    cards = note(
        "No back door was found in what was read. A file that was not part of the evidence can't be judged.");
  return section(page, "doors", "Back doors and their visitors", cards);
}

}  // namespace afterpatch::report

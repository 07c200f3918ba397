#include "knowledge/guide_filling.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace afterpatch::knowledge {
namespace {

constexpr std::size_t kMaxValues = 50;

constexpr std::array<std::string_view, 4> kPlaceholders = {"{door_paths}", "{attacker_addresses}", "{server}",
                                                           "{first_evidence}"};

// What stands for each placeholder; empty = there is nothing to put there.
using Values = PlaceholderValues;

std::string listed(std::vector<std::string> values, const std::string& not_known) {
  if (values.size() > kMaxValues) values.resize(kMaxValues);
  return values.empty() ? not_known : fmt::format("{}", fmt::join(values, ", "));
}

Values values_for_text(const GuideFacts& facts) {
  return {{"{door_paths}", listed(facts.door_paths, facts.not_known)},
          {"{attacker_addresses}", listed(facts.attacker_addresses, facts.not_known)},
          {"{server}", facts.names.empty() ? std::string(kThisServer) : facts.names.front()},
          {"{first_evidence}", facts.first_evidence.empty() ? facts.no_time : facts.first_evidence}};
}

Values values_for_commands(const GuideFacts& facts) {
  Values values{{"{door_paths}", to_powershell_list(facts.removable_doors)},
                {"{attacker_addresses}", to_powershell_list(facts.attacker_addresses)},
                {"{server}", ""},
                {"{first_evidence}", ""}};
  if (!facts.names.empty()) values["{server}"] = to_powershell_list({facts.names.front()});
  if (!facts.first_evidence.empty()) values["{first_evidence}"] = to_powershell_list({facts.first_evidence});
  return values;
}

// One pass from left to right, so that a value is never taken for a placeholder.
std::string fill(std::string_view text, const Values& values, bool& complete) {
  std::string result;
  while (!text.empty()) {
    const auto here =
        std::find_if(values.begin(), values.end(), [&](const auto& v) { return text.starts_with(v.first); });
    if (here == values.end()) {
      result.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    complete = complete && !here->second.empty();
    result += here->second;
    text.remove_prefix(here->first.size());
  }
  return result;
}

// The first placeholder from there on, and where it stands; npos if there is none.
struct Hole {
  std::size_t at = std::string_view::npos;
  std::string_view placeholder;
};

Hole first_hole(std::string_view text) {
  Hole hole;
  for (const std::string_view placeholder : kPlaceholders) {
    const std::size_t at = text.find(placeholder);
    if (at < hole.at) hole = {at, placeholder};
  }
  return hole;
}

bool is_plain(const std::string& value) {
  return !value.empty() && std::all_of(value.begin(), value.end(),
                                       [](char c) { return c >= ' ' && c <= '~' && c != '\'' && c != '"'; });
}

}  // namespace

FilledStep filled(const GuideStep& step, const GuideFacts& facts) {
  FilledStep result;
  bool complete = true;
  result.text = fill(step.text, values_for_text(facts), complete);
  const Values values = values_for_commands(facts);
  for (const std::string& command : step.commands) {
    complete = true;
    std::string whole = fill(command, values, complete);
    if (complete) result.commands.push_back(std::move(whole));
  }
  return result;
}

std::multiset<std::string> placeholders_in(std::string_view text) {
  std::multiset<std::string> found;
  for (Hole hole = first_hole(text); hole.at != std::string_view::npos; hole = first_hole(text)) {
    found.emplace(hole.placeholder);
    text.remove_prefix(hole.at + hole.placeholder.size());
  }
  return found;
}

std::string with_values(std::string_view text, const PlaceholderValues& values) {
  bool complete = true;
  return fill(text, values, complete);
}

std::optional<PlaceholderValues> values_in(std::string_view text, std::string_view filled) {
  PlaceholderValues values;
  for (;;) {
    const Hole hole = first_hole(text);
    if (hole.at == std::string_view::npos) break;
    if (!filled.starts_with(text.substr(0, hole.at))) return std::nullopt;
    filled.remove_prefix(hole.at);
    text.remove_prefix(hole.at + hole.placeholder.size());
    const std::string_view next = text.substr(0, first_hole(text).at);
    const std::size_t end =
        next.size() == text.size() ? filled.size() - std::min(filled.size(), next.size()) : filled.find(next);
    if (end == std::string_view::npos) return std::nullopt;
    values.emplace(hole.placeholder, filled.substr(0, end));
    filled.remove_prefix(end);
  }
  if (filled != text) return std::nullopt;
  return values;
}

std::string to_powershell_list(const std::vector<std::string>& values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) {
    if (is_plain(value) && quoted.size() < kMaxValues) quoted.push_back(fmt::format("'{}'", value));
  }
  return fmt::format("{}", fmt::join(quoted, ","));
}

}  // namespace afterpatch::knowledge

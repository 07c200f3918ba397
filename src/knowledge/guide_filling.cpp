#include "knowledge/guide_filling.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace afterpatch::knowledge {
namespace {

constexpr std::size_t kMaxValues = 50;

// What stands for each placeholder; empty = there is nothing to put there.
using Values = std::map<std::string, std::string>;

std::string listed(std::vector<std::string> values, const std::string& not_known) {
  if (values.size() > kMaxValues) values.resize(kMaxValues);
  return values.empty() ? not_known : fmt::format("{}", fmt::join(values, ", "));
}

Values values_for_text(const GuideFacts& facts) {
  return {{"{door_paths}", listed(facts.door_paths, facts.not_known)},
          {"{attacker_addresses}", listed(facts.attacker_addresses, facts.not_known)},
          {"{server}", facts.names.empty() ? "this server" : facts.names.front()},
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

std::string to_powershell_list(const std::vector<std::string>& values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) {
    if (is_plain(value) && quoted.size() < kMaxValues) quoted.push_back(fmt::format("'{}'", value));
  }
  return fmt::format("{}", fmt::join(quoted, ","));
}

}  // namespace afterpatch::knowledge

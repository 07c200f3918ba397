// A guide's step with what is known of one server in it.
//
// A guide (docs/campaign-format.md) holds {server}, {first_evidence}, {door_paths} and {attacker_addresses}.
// In a text each becomes words, also when nothing is known; a command with a hole in it helps nobody and is
// left out. Thread-safe, as all functions of values are.
//
//   GuideFacts facts;
//   facts.names = {"mail.example.org"};
//   const FilledStep step = filled(campaign.guide.front(), facts);
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/campaign.h"

namespace afterpatch::knowledge {

// What stands in a text for a value that is not known.
inline constexpr std::string_view kThisServer = "this server";
inline constexpr std::string_view kNoneKnown = "none known";
inline constexpr std::string_view kNoTimeKnown = "no time known";
inline constexpr std::string_view kNotYetKnown = "not known before your logs are searched";
inline constexpr std::array kGuidePhrases = {kThisServer, kNoneKnown, kNoTimeKnown, kNotYetKnown};

struct GuideFacts {
  std::vector<std::string> names;            // of the server; the first is used
  std::string first_evidence;                // "2021-02-28 11:05 UTC"; "" = not known
  std::vector<std::string> door_paths;       // of every door, for people
  std::vector<std::string> removable_doors;  // files that are there now: what a command may move away
  std::vector<std::string> attacker_addresses;
  std::string not_known{kNoneKnown};  // stands for empty lists
  std::string no_time{kNoTimeKnown};  // stands for an empty time
};

struct FilledStep {
  std::string text;
  std::vector<std::string> commands;  // only those of which every value is known
};

FilledStep filled(const GuideStep& step, const GuideFacts& facts);

// Values by placeholder, braces and all.
using PlaceholderValues = std::map<std::string, std::string, std::less<>>;

// The placeholders of a guide that stand in a text.
std::multiset<std::string> placeholders_in(std::string_view text);
// Each placeholder replaced by its value; one without a value stays.
std::string with_values(std::string_view text, const PlaceholderValues& values);
// The values that were put into `text`, in a text that was filled; nullopt if it was not made of `text`. Of a
// placeholder that stands there twice the first value counts.
std::optional<PlaceholderValues> values_in(std::string_view text, std::string_view filled);

// A list for PowerShell: 'a','b'. Names come from an intruder and the command is made to be pasted into a
// shell with all rights, so a value with anything but printable ASCII, or with a quote, is left out; "" when
// none is left. At most 50 values.
std::string to_powershell_list(const std::vector<std::string>& values);

}  // namespace afterpatch::knowledge

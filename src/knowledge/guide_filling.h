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

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/campaign.h"

namespace afterpatch::knowledge {

struct GuideFacts {
  std::vector<std::string> names;            // of the server; the first is used
  std::string first_evidence;                // "2021-02-28 11:05 UTC"; "" = not known
  std::vector<std::string> door_paths;       // of every door, for people
  std::vector<std::string> removable_doors;  // files that are there now: what a command may move away
  std::vector<std::string> attacker_addresses;
  std::string not_known = "none known";   // stands for empty lists
  std::string no_time = "no time known";  // stands for an empty time
};

struct FilledStep {
  std::string text;
  std::vector<std::string> commands;  // only those of which every value is known
};

FilledStep filled(const GuideStep& step, const GuideFacts& facts);

// A list for PowerShell: 'a','b'. Names come from an intruder and the command is made to be pasted into a
// shell with all rights, so a value with anything but printable ASCII, or with a quote, is left out; "" when
// none is left. At most 50 values.
std::string to_powershell_list(const std::vector<std::string>& values);

}  // namespace afterpatch::knowledge

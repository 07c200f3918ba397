// Which rules could run on given evidence: whether the logs that they are for are there, and whether the
// fields that they name ever have a value in them. For Windows events a log is a channel, and it is there for
// a rule when some event of it has an event id, channel and provider that the rule could match.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "detect/sigma/rule_set.h"
#include "evidence/artefact.h"

namespace afterpatch::detect {

struct RuleFit {
  std::string rule;  // Rule::identity()
  std::string title;
  std::string file;
  std::uint64_t line = 0;
  // Those of the evidence that the rule is for, "iis-w3c" or "windows-events/Security"; none: it can't run.
  std::vector<std::string> logs;
  std::vector<std::string> absent_fields;  // named by the rule and without a value in every record of them
};

struct EvidenceFit {
  std::vector<std::string> logs;            // that rules could be for and that have a record, sorted
  std::uint64_t records = 0;                // read in them
  std::vector<RuleFit> rules;               // in the order of the set
  std::vector<evidence::Problem> problems;  // logs that could not be read
};

// Reads every log of the evidence to its end, or until each field of its rules was seen.
EvidenceFit fit_rules(const sigma::RuleSet& set, const evidence::Inventory& inventory);

}  // namespace afterpatch::detect

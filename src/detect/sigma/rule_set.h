// Loads Sigma rules from files and folders. One bad rule never stops the others: it is refused by file, line
// and reason.
//
// Example:
//   RuleSet set = load_rules({"knowledge/campaigns/x/rules/sigma", "/home/me/sigma/rules"});
//   for (const Rule& rule : set.rules) ...
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "detect/findings.h"
#include "detect/sigma/correlation.h"
#include "detect/sigma/modifiers.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect::sigma {

using Notice = RuleNotice;

struct RuleSet {
  std::vector<Rule> rules;
  std::vector<Correlation> correlations;  // each behind those that it names
  std::vector<RefusedRule> refused;
  std::vector<Notice> notices;
};

inline constexpr std::uint64_t kMaxRuleFileBytes = 16U << 20U;

// Files are read whatever their name; folders are searched for .yml and .yaml to any depth, in the order of
// their paths. A file may hold several documents. Filters are added to the rules that they name: (rule) and
// (filter), as pySigma does. Correlations find the rules that they name in any of the files. A second rule
// with the id of an earlier one is refused. Never throws; equal input gives equal output.
RuleSet load_rules(const std::vector<std::filesystem::path>& files_or_folders,
                   const Placeholders& placeholders = {});

// The same for rules in memory; `file` stands in messages.
RuleSet parse_rules(std::string_view text, const std::string& file, const Placeholders& placeholders = {});

}  // namespace afterpatch::detect::sigma

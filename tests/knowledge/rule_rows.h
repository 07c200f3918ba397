// Rows of logs through the real engine with the rules of every campaign: each row must be matched by exactly
// the rules that are named.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace afterpatch::rule_rows {

struct Row {
  std::string text;
  // Sigma rules: file names without ending, behind "proxyshell/" and the like for campaigns but the first.
  std::set<std::string> rules;
};

// Writes the rows below the header into a log of that path and expects their rules. Names and addresses are
// made up (RFC 5737, RFC 2606).
void expect_rules(const std::string& path, const std::string& header, const std::vector<Row>& rows);

// A name for each Sigma rule of the product and its campaigns, by its id.
std::string rule_name(const std::string& id);

}  // namespace afterpatch::rule_rows

// One YAML document to a rule, a filter or a correlation.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "detect/sigma/correlation.h"
#include "detect/sigma/modifiers.h"
#include "detect/sigma/rule.h"
#include "detect/sigma/rule_error.h"
#include "detect/sigma/yaml_tree.h"

namespace afterpatch::detect::sigma {

// A filter document (Sigma 2.1, "Filters"): a condition that is added to other rules.
struct Filter {
  std::string file;
  std::uint64_t line = 0;
  std::string title;
  std::string id;
  std::string name;
  LogSource log_source;            // of the rules that it may touch
  bool any_rule = false;           // `rules: any`
  std::vector<std::string> rules;  // ids or names
  std::vector<Selection> selections;
  Condition condition;
};

using SigmaDocument = std::variant<Rule, Filter, Correlation>;

// Everything but `file`.
Parsed<SigmaDocument> parse_sigma(const YamlNode& root, const Placeholders& placeholders);

// Its id, else its name, else its title, for a document that may be refused.
std::string identity_of(const YamlNode& root);

}  // namespace afterpatch::detect::sigma

// Small readers for the parts that all kinds of Sigma documents share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/rule.h"
#include "detect/sigma/rule_error.h"
#include "detect/sigma/yaml_tree.h"

namespace afterpatch::detect::sigma {

// Text of a key; empty if it is missing or no scalar.
std::string text_of(const YamlNode& map, std::string_view key);

// One text or a list of texts.
Parsed<std::vector<std::string>> read_texts(const YamlNode& node);

// Refuses a log source that is missing, no map, or asks for nothing.
Parsed<LogSource> read_log_source(const YamlNode& root);

// The `afterpatch:` block.
Parsed<Meaning> read_meaning(const YamlNode& node);

}  // namespace afterpatch::detect::sigma

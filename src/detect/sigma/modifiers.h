// The modifiers of a field name (`CommandLine|contains|all`), applied to its values from left to right as
// pySigma does.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/rule.h"
#include "detect/sigma/rule_error.h"

namespace afterpatch::detect::sigma {

// What %name% stands for under the modifier `expand`. Values may hold wildcards, as in a rule.
using Placeholders = std::map<std::string, std::vector<std::string>>;

// Splits `key` ("field|modifier|modifier"; an empty field means keywords) and applies the modifiers to
// `values`, which are what YAML says: Pattern, Number, Boolean or Null. `texts` are the same scalars as they
// were written, for `re`. Refuses unknown modifiers, modifiers on values of the wrong type, bad expressions
// and placeholders without value.
Parsed<Item> make_item(std::string_view key, std::vector<Value> values, const std::vector<std::string>& texts,
                       const Placeholders& placeholders, std::uint64_t line);

}  // namespace afterpatch::detect::sigma

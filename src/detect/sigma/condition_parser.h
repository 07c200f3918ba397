// The condition language: selections joined by `and`, `or`, `not` and parentheses (not binds strongest, then
// and), and `1 of x*`, `any of x*`, `all of x*`, `1 of them`. Keywords may be written in any case.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/sigma/rule.h"
#include "detect/sigma/rule_error.h"

namespace afterpatch::detect::sigma {

inline constexpr std::size_t kMaxConditionDepth = 50;
inline constexpr std::size_t kMaxConditionTokens = 10000;

// `selections` are those of the rule; `line` stands in errors. Names that begin with '_' are reached by `of`
// only when the pattern begins with '_' as well. Refuses unknown names, patterns that fit no selection, the
// pipe of Sigma 1 and syntax errors.
Parsed<Condition> parse_condition(std::string_view text, const std::vector<Selection>& selections,
                                  std::uint64_t line);

}  // namespace afterpatch::detect::sigma

// Why a rule can't be used, inside this folder. rule_set turns it into a RefusedRule with file and rule name.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace afterpatch::detect::sigma {

struct RuleError {
  std::uint64_t line = 0;  // 1-based, in the file
  std::string reason;
};

template <typename T>
using Parsed = std::expected<T, RuleError>;

inline std::unexpected<RuleError> refuse(std::uint64_t line, std::string reason) {
  return std::unexpected(RuleError{line, std::move(reason)});
}

}  // namespace afterpatch::detect::sigma

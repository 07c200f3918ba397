// How closely operators bind: a higher level is evaluated first.
#pragma once

#include <cstdint>

namespace afterpatch::detect::scripts {

inline constexpr int kAssignment = 1;
inline constexpr int kConditional = 2;
inline constexpr int kCoalesce = 3;
inline constexpr int kOr = 4;
inline constexpr int kAnd = 5;
inline constexpr int kBits = 6;
inline constexpr int kEquality = 8;
inline constexpr int kRelation = 9;
inline constexpr int kSum = 11;
inline constexpr int kProduct = 12;

bool is_type_cast(std::string_view name);  // PHP's "(int)" and the like, without brackets
bool is_assignment(std::uint32_t code);    // "=", ".=" and the like

}  // namespace afterpatch::detect::scripts

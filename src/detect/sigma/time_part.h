// Minute, hour, day, week, month or year of a field that holds a date or time, for Sigma's time modifiers.
// The field is taken as it is written: a zone in it is not applied (Sigma 2.1: "not designed to handle
// timezone or format conversions").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace afterpatch::detect::sigma {

enum class TimeUnit : std::uint8_t { minute, hour, day, week, month, year };
std::optional<TimeUnit> parse_time_unit(std::string_view modifier);

// Reads "YYYY-MM-DD", "YYYY/MM/DD", either followed by 'T' or a space and "HH:MM[:SS...]", or "HH:MM[:SS...]"
// alone. The week is that of ISO 8601 (1..53), which the specification leaves open. nullopt when the field
// does not hold the unit.
std::optional<std::int64_t> time_part(TimeUnit unit, std::string_view field);

}  // namespace afterpatch::detect::sigma

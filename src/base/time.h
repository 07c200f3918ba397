// Points in time. Afterpatch keeps every time in UTC with microseconds; a log that writes local time is
// marked so by its parser and never silently shifted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace afterpatch {

// UTC, microseconds since 1970-01-01T00:00:00Z. Trivially copyable.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// Parses "YYYY-MM-DDTHH:MM:SS[.fraction][Z|+HH:MM|-HH:MM]" (RFC 3339; 'T' may be a space or lower case; no
// zone means UTC) and "YYYY-MM-DD". nullopt for anything else, for impossible dates and for years outside
// 1601..9999 (1601 is the FILETIME epoch). Fractions finer than a microsecond are cut off.
std::optional<Timestamp> parse_time(std::string_view text);

// "2021-03-03T06:49:46.210Z"; milliseconds are left out when they are zero: "2021-03-03T06:49:46Z".
std::string to_iso8601(Timestamp time);

// "2021-03-03 06:49 UTC", for people.
std::string to_minute_text(Timestamp time);

// "2021-03-03".
std::string to_date_text(Timestamp time);

// "3 days", "2 h 5 min", "40 s": at most two units, for people.
std::string to_duration_text(std::chrono::microseconds duration);

// Whole hours since the epoch, rounded down: the bucket that coverage is counted in.
inline std::int64_t hour_of(Timestamp time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}
inline Timestamp start_of_hour(std::int64_t hour) {
  return Timestamp(std::chrono::hours(hour));
}

}  // namespace afterpatch

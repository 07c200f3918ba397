#include "store/server_day.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/time.h"
#include "store/rows.h"

namespace afterpatch::store {
namespace {

constexpr std::array<std::string_view, 3> kMoments = {"exploited", "backdoored", "reentered"};

// No day that a calendar of four digits has not; so that no number overflows.
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31

long long start_of(std::int64_t day) {
  return to_number(Timestamp(std::chrono::days(std::clamp<std::int64_t>(day, 0, kLastDay))));
}

std::string within(std::string_view column, std::int64_t from, std::int64_t until) {
  return fmt::format("s.{} >= {} AND s.{} < {}", column, start_of(from), column, start_of(until + 1));
}

constexpr std::string_view kCounted = "s.exposure NOT IN ('', 'not-affected')";

}  // namespace

std::optional<std::string> moment_condition(std::string_view moment, std::int64_t from, std::int64_t until) {
  if (std::ranges::find(kMoments, moment) == kMoments.end()) return std::nullopt;
  return within(moment, from, until);
}

std::optional<std::string> standing_condition(std::string_view standing, std::int64_t day) {
  if (standing == "appeared") return fmt::format("{} AND {}", kCounted, within("first_seen", day, day));
  if (standing == "gone")
    return fmt::format("{} AND s.present = 0 AND {}", kCounted, within("last_seen", day - 1, day - 1));
  const long long start = start_of(day), end = start_of(day + 1);
  const std::string seen =
      fmt::format("{} AND s.first_seen < {} AND s.last_seen >= {}", kCounted, end, start);
  const std::string opened = fmt::format("s.first_open IS NOT NULL AND s.first_open < {}", end);
  const std::string fixed = fmt::format("s.patched IS NOT NULL AND s.patched < {}", start);
  const std::string still = fmt::format("(s.patched IS NULL OR s.patched >= {})", start);
  if (standing == "unpatched")
    return fmt::format("{} AND {} AND {} AND s.exposure <> 'unsupported'", seen, opened, still);
  if (standing == "unsupported")
    return fmt::format("{} AND {} AND {} AND s.exposure = 'unsupported'", seen, opened, still);
  if (standing == "patched")
    return fmt::format("{} AND (({} AND {}) OR (s.first_open IS NULL AND s.exposure = 'patched'))", seen,
                       opened, fixed);
  if (standing == "unknown")
    return fmt::format("{} AND ((s.first_open IS NULL AND s.exposure <> 'patched') OR s.first_open >= {})",
                       seen, end);
  return std::nullopt;
}

}  // namespace afterpatch::store

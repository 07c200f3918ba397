#include "detect/sigma/time_part.h"

#include <chrono>

namespace afterpatch::detect::sigma {
namespace {

struct Parts {
  std::optional<std::chrono::year_month_day> date;
  std::optional<int> hour;
  int minute = 0;
};

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

constexpr std::size_t kDateLength = 10;  // YYYY-MM-DD

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != text[7] || (text[4] != '-' && text[4] != '/'))
    return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return date;
}

void parse_clock(std::string_view text, Parts& parts) {
  const auto hour = digits(text, 0, 2);
  const auto minute = digits(text, 3, 2);
  if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return;
  parts.hour = hour;
  parts.minute = *minute;
}

Parts parse_parts(std::string_view text) {
  Parts parts;
  parts.date = parse_date(text);
  if (!parts.date) {
    parse_clock(text, parts);
  } else if (text.size() > kDateLength && (text[kDateLength] == 'T' || text[kDateLength] == ' ')) {
    parse_clock(text.substr(kDateLength + 1), parts);
  }
  return parts;
}

// ISO 8601: the week of the Thursday of the same week, counted from 1 January.
std::int64_t iso_week(std::chrono::year_month_day date) {
  using namespace std::chrono;
  const sys_days day = date;
  const sys_days thursday = day + days(4) - days(weekday(day).iso_encoding());
  const sys_days new_year = year_month_day(thursday).year() / January / 1;
  return (thursday - new_year).count() / 7 + 1;
}

}  // namespace

std::optional<TimeUnit> parse_time_unit(std::string_view modifier) {
  if (modifier == "minute") return TimeUnit::minute;
  if (modifier == "hour") return TimeUnit::hour;
  if (modifier == "day") return TimeUnit::day;
  if (modifier == "week") return TimeUnit::week;
  if (modifier == "month") return TimeUnit::month;
  if (modifier == "year") return TimeUnit::year;
  return std::nullopt;
}

std::optional<std::int64_t> time_part(TimeUnit unit, std::string_view field) {
  const Parts parts = parse_parts(field);
  if (unit == TimeUnit::hour || unit == TimeUnit::minute) {
    if (!parts.hour) return std::nullopt;
    return unit == TimeUnit::hour ? *parts.hour : parts.minute;
  }
  if (!parts.date) return std::nullopt;
  if (unit == TimeUnit::week) return iso_week(*parts.date);
  if (unit == TimeUnit::day) return static_cast<unsigned>(parts.date->day());
  if (unit == TimeUnit::month) return static_cast<unsigned>(parts.date->month());
  return static_cast<int>(parts.date->year());
}

}  // namespace afterpatch::detect::sigma

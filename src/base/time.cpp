#include "base/time.h"

#include <fmt/format.h>

namespace afterpatch {
namespace {

using std::chrono::microseconds;

// Reads exactly `digits` decimal digits at `at`; -1 if they are not there.
int read_digits(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<std::chrono::sys_days> read_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = read_digits(text, 0, 4);
  const int month = read_digits(text, 5, 2);
  const int day = read_digits(text, 8, 2);
  if (year < 1601 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<microseconds> read_clock(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const int hour = read_digits(text, 0, 2);
  const int minute = read_digits(text, 3, 2);
  const int second = read_digits(text, 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

// Takes ".123456789" off the front of `text`; the digits past microseconds are dropped.
std::optional<microseconds> take_fraction(std::string_view& text) {
  if (text.empty() || text[0] != '.') return microseconds(0);
  std::int64_t value = 0;
  std::int64_t scale = 1'000'000;
  std::size_t i = 1;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    if (scale > 1) value = value * 10 + (text[i] - '0'), scale /= 10;
  }
  if (i == 1) return std::nullopt;
  text.remove_prefix(i);
  return microseconds(value * scale);
}

std::optional<microseconds> read_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return microseconds(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const int hours = read_digits(text, 1, 2);
  const int minutes = read_digits(text, 4, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return std::nullopt;
  const microseconds offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text[0] == '+' ? offset : -offset;
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) {
  const auto date = read_date(text);
  if (!date) return std::nullopt;
  if (text.size() == 10) return Timestamp(*date);
  if (text[10] != 'T' && text[10] != ' ' && text[10] != 't') return std::nullopt;
  const auto clock = read_clock(text.substr(11));
  if (!clock) return std::nullopt;
  std::string_view rest = text.substr(19);
  const auto fraction = take_fraction(rest);
  const auto zone = fraction ? read_zone(rest) : std::nullopt;
  if (!zone) return std::nullopt;
  return Timestamp(*date) + *clock + *fraction - *zone;
}

std::string to_iso8601(Timestamp time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - days));
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", to_date_text(time), clock.hours().count(),
                                 clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:03}", clock.subseconds().count());
  return text + "Z";
}

std::string to_minute_text(Timestamp time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(time - days);
  return fmt::format("{} {:02}:{:02} UTC", to_date_text(time), clock.hours().count(),
                     clock.minutes().count());
}

std::string to_date_text(Timestamp time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string to_duration_text(microseconds duration) {
  constexpr std::int64_t kHour = 3600;
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < 0) return "-" + to_duration_text(-duration);
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{} min", seconds / 60);
  if (seconds < 48 * kHour) return fmt::format("{} h {} min", seconds / kHour, seconds / 60 % 60);
  return fmt::format("{} days", seconds / (24 * kHour));
}

}  // namespace afterpatch

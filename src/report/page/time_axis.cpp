#include "report/page/time_axis.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace afterpatch::report {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// A drawing never needs more; bounds the work for absurd ranges.
constexpr std::size_t kMostTicks = 200;

year_month_day date_of(Timestamp time) {
  return std::chrono::floor<days>(time);
}

std::string day_label(Timestamp time) {
  const year_month_day date = date_of(time);
  return fmt::format("{} {}", static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1));
}

std::string clock_label(Timestamp time) {
  return to_iso8601(time).substr(11, 5);
}

// Steps of a fixed length, counted from a Monday (1970-01-05), so that weeks start where people start them.
std::vector<Tick> even_ticks(const TimeRange& range, microseconds step) {
  const Timestamp monday = sys_days(std::chrono::year(1970) / 1 / 5);
  const auto whole_steps = (range.first - monday) / step;
  std::vector<Tick> ticks;
  for (Timestamp time = monday + whole_steps * step; time <= range.last && ticks.size() < kMostTicks;
       time += step) {
    if (time < range.first) continue;
    const bool new_day = std::chrono::floor<days>(time) == time;
    const bool clock = step < days(1) && !new_day;
    ticks.push_back({time, clock ? clock_label(time) : day_label(time), step < days(1) && new_day});
  }
  return ticks;
}

std::vector<Tick> month_ticks(const TimeRange& range, unsigned step) {
  const year_month_day start = date_of(range.first);
  std::vector<Tick> ticks;
  for (auto month = start.year() / std::chrono::January; ticks.size() < kMostTicks; month += months(step)) {
    const Timestamp time = sys_days(month / 1);
    if (time > range.last) break;
    if (time < range.first) continue;
    const bool new_year = month.month() == std::chrono::January;
    const auto name = kMonths.at(static_cast<unsigned>(month.month()) - 1);
    ticks.push_back(
        {time, new_year ? fmt::format("{} {}", name, static_cast<int>(month.year())) : std::string(name),
         new_year});
  }
  return ticks;
}

}  // namespace

void TimeRange::extend(Timestamp time) {
  if (time == Timestamp{}) return;
  first = first == Timestamp{} ? time : std::min(first, time);
  last = std::max(last, time);
}

TimeRange TimeRange::padded(double share, microseconds least) const {
  const auto part = microseconds(static_cast<std::int64_t>(static_cast<double>(length().count()) * share));
  const microseconds pad = std::max(part, least);
  return {first - pad, last + pad};
}

double TimeAxis::x(Timestamp time) const {
  const auto since =
      static_cast<double>((std::clamp(time, range_.first, range_.last) - range_.first).count());
  return left_ + (right_ - left_) * since / static_cast<double>(range_.length().count());
}

std::vector<Tick> TimeAxis::ticks(double spacing) const {
  constexpr std::array<microseconds, 11> kSteps = {minutes(10), minutes(30), hours(1),  hours(2),
                                                   hours(3),    hours(6),    hours(12), days(1),
                                                   days(2),     days(7),     days(14)};
  const double room = std::max(1.0, (right_ - left_) / spacing);
  for (const microseconds step : kSteps) {
    if (static_cast<double>(range_.length() / step) <= room) return even_ticks(range_, step);
  }
  const auto in_months = static_cast<double>(range_.length() / days(30));
  for (const unsigned step : {1U, 3U, 6U}) {
    if (in_months / step <= room) return month_ticks(range_, step);
  }
  return month_ticks(range_, 12);
}

}  // namespace afterpatch::report

#include "range/text_format.h"

#include <fmt/format.h>

#include <iterator>

namespace afterpatch::range {
namespace {

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::microseconds> clock;
};

Parts parts_of(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<std::chrono::microseconds>(time - day)};
}

void append_date(std::string& out, const Parts& parts, std::string_view separator) {
  fmt::format_to(std::back_inserter(out), "{:04}{}", static_cast<int>(parts.date.year()), separator);
  append_two_digits(out, static_cast<unsigned>(parts.date.month()));
  out += separator;
  append_two_digits(out, static_cast<unsigned>(parts.date.day()));
}

void append_clock(std::string& out, const Parts& parts) {
  append_two_digits(out, static_cast<unsigned>(parts.clock.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(parts.clock.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(parts.clock.seconds().count()));
}

}  // namespace

void append_two_digits(std::string& out, unsigned value) {
  out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

void append_time_ms(std::string& out, Timestamp time) {
  const Parts parts = parts_of(time);
  append_date(out, parts, "-");
  out += 'T';
  append_clock(out, parts);
  fmt::format_to(std::back_inserter(out), ".{:03}Z", parts.clock.subseconds().count() / 1000);
}

void append_date_time(std::string& out, Timestamp time) {
  const Parts parts = parts_of(time);
  append_date(out, parts, "-");
  out += ' ';
  append_clock(out, parts);
}

std::string compact_date(Timestamp time) {
  std::string out;
  append_date(out, parts_of(time), "");
  return out;
}

std::string compact_hour(Timestamp time) {
  std::string out = compact_date(time);
  append_two_digits(out, static_cast<unsigned>(parts_of(time).clock.hours().count()));
  return out;
}

Timestamp start_of_day(Timestamp time) {
  return std::chrono::floor<std::chrono::days>(time);
}

void append_csv(std::string& out, std::string_view value) {
  if (value.find_first_of(",\"") == std::string_view::npos) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_free_text(std::string& out, std::string_view value) {
  for (const char c : value) out += (c == ',' || c == '\r' || c == '\n') ? ' ' : c;
}

void append_iis(std::string& out, std::string_view value) {
  if (value.empty()) out += '-';
  for (const char c : value) out += c == ' ' ? '+' : c;
}

}  // namespace afterpatch::range

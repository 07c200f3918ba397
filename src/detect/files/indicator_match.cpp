// Whether a literal found in a row stands there as a whole: the boundary rules of each type.
#include <algorithm>

#include "base/text.h"
#include "detect/files/indicators.h"

namespace afterpatch::detect::files {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_alphanumeric(char c) {
  return is_digit(c) || is_letter(c);
}
bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// The value in its row: what stands before it and behind it.
struct Surroundings {
  std::string_view before;
  std::string_view after;

  char last() const { return before.empty() ? ' ' : before.back(); }
  char second_last() const { return before.size() < 2 ? ' ' : before[before.size() - 2]; }
  char first() const { return after.empty() ? ' ' : after.front(); }
  char second() const { return after.size() < 2 ? ' ' : after[1]; }
  // "%2F" and the like in front: the letters belong to the escape.
  bool escape_in_front() const {
    return before.size() >= 3 && before[before.size() - 3] == '%' && is_hexadecimal(second_last()) &&
           is_hexadecimal(last());
  }
};

bool is_whole_ip(const Surroundings& around, bool v6) {
  if (v6) {
    const bool left = is_hexadecimal(around.last()) || around.last() == ':' || around.last() == '.';
    const bool right =
        is_hexadecimal(around.first()) || (around.first() == ':' && is_hexadecimal(around.second()));
    return (!left || around.escape_in_front()) && !right && !around.after.starts_with("::");
  }
  // A version such as "Chrome/10.0.0.1" looks like an address and is none.
  const bool version = around.last() == '/' && is_alphanumeric(around.second_last());
  const bool left =
      is_alphanumeric(around.last()) || (around.last() == '.' && is_alphanumeric(around.second_last()));
  const bool right =
      is_alphanumeric(around.first()) || (around.first() == '.' && is_alphanumeric(around.second()));
  return (!left || around.escape_in_front()) && !right && !version;
}

bool is_label(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_';
}

bool is_whole_domain(const Surroundings& around) {
  const bool left = is_label(around.last()) && !around.escape_in_front();
  const bool right = is_label(around.first()) || (around.first() == '.' && is_label(around.second()));
  return !left && !right;
}

bool ends_url(const Surroundings& around) {
  const char c = around.first();
  return !is_label(c) && c != '/' && !(c == '.' && is_label(around.second()));
}

// A path starts a field, follows "=" or the like, or follows the host of a full URL.
bool starts_url_path(const Surroundings& around) {
  if (around.escape_in_front()) return true;
  const auto host =
      around.before.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_[]");
  if (around.before.empty() || host == around.before.size() - 1)
    return around.last() != '/' && around.last() != '\\';
  return host != std::string_view::npos && host > 0 && around.before[host] == '/' &&
         around.before[host - 1] == '/';
}

bool is_whole_user_agent(const Surroundings& around) {
  const char c = around.first();
  return !is_alphanumeric(around.last()) && !is_alphanumeric(c) && !(c == '.' && is_digit(around.second()));
}

bool equal_ignoring_case_and_plus(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return to_lower_ascii(x == '+' ? ' ' : x) == to_lower_ascii(y == '+' ? ' ' : y);
  });
}

bool is_whole(const LogLiteral& literal, const Surroundings& around) {
  switch (literal.type) {
    case IndicatorType::ip:
      return is_whole_ip(around, literal.value.find(':') != std::string::npos);
    case IndicatorType::domain:
      return is_whole_domain(around);
    case IndicatorType::url:
      return !is_label(around.last()) && ends_url(around);
    case IndicatorType::url_path:
      return starts_url_path(around) && ends_url(around);
    case IndicatorType::user_agent:
      return is_whole_user_agent(around);
    default:
      return false;  // digests and names are asked of files
  }
}

}  // namespace

bool matches_in(const LogLiteral& literal, std::string_view row, std::size_t hit_offset) {
  if (hit_offset < literal.witness_offset) return false;
  const std::size_t start = hit_offset - literal.witness_offset;
  if (start > row.size() || row.size() - start < literal.value.size()) return false;
  const std::string_view found = row.substr(start, literal.value.size());
  const bool same = literal.type == IndicatorType::user_agent
                        ? equal_ignoring_case_and_plus(found, literal.value)
                        : equals_ignoring_case(found, literal.value);
  return same && is_whole(literal, {.before = row.substr(0, start),
                                    .after = row.substr(start + literal.value.size())});
}

}  // namespace afterpatch::detect::files

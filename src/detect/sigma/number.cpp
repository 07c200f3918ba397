#include "detect/sigma/number.h"

#include <algorithm>
#include <charconv>

namespace afterpatch::detect::sigma {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <typename T>
std::optional<T> parse_whole(std::string_view text, int base = 10) {
  T value{};
  const char* end = text.data() + text.size();
  std::from_chars_result result{};
  if constexpr (std::is_integral_v<T>) {
    result = std::from_chars(text.data(), end, value, base);
  } else {
    result = std::from_chars(text.data(), end, value);
  }
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

double as_double(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number.value);
}

template <typename T>
int order(T a, T b) {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

std::optional<Number> parse_based(std::string_view digits, int base, std::string_view text) {
  if (digits.starts_with('-')) return std::nullopt;
  const auto value = parse_whole<std::int64_t>(digits, base);
  if (!value) return std::nullopt;
  return Number{*value, std::string(text)};
}

}  // namespace

std::optional<Number> parse_decimal(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || !is_digit(digits.front()) || text.size() > 400) return std::nullopt;
  if (const auto integer = parse_whole<std::int64_t>(text)) return Number{*integer, std::string(text)};
  if (const auto real = parse_whole<double>(text)) return Number{*real, std::string(text)};
  return std::nullopt;
}

std::optional<Number> parse_yaml_number(std::string_view text) {
  if (text.starts_with("0x")) return parse_based(text.substr(2), 16, text);
  if (text.starts_with("0o")) return parse_based(text.substr(2), 8, text);
  if (text.starts_with("+-")) return std::nullopt;
  auto number = parse_decimal(text.starts_with('+') ? text.substr(1) : text);
  if (number) number->text = text;
  return number;
}

int compare(const Number& a, const Number& b) {
  const auto* x = std::get_if<std::int64_t>(&a.value);
  const auto* y = std::get_if<std::int64_t>(&b.value);
  if (x != nullptr && y != nullptr) return order(*x, *y);
  return order(as_double(a), as_double(b));
}

}  // namespace afterpatch::detect::sigma

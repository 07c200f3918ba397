// Numbers of rules and of fields. A rule's number is compared as a number when the field's text is a decimal
// number, and as text otherwise, so `sc-status: 200` matches "200" and "200.0". Hexadecimal in a field is
// text only: "0x10" is not 16.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace afterpatch::detect::sigma {

struct Number {
  std::variant<std::int64_t, double> value;
  std::string text;  // as the rule wrote it
};

// [-]digits[.digits][e[+-]digits], the whole text; nullopt for anything else, also "inf" and "nan".
std::optional<Number> parse_decimal(std::string_view text);

// An integer or real of YAML 1.2's core schema: also +1, 0x1f, 0o17.
std::optional<Number> parse_yaml_number(std::string_view text);

// Exact for two integers, else as doubles. <0, 0, >0.
int compare(const Number& a, const Number& b);

}  // namespace afterpatch::detect::sigma

// What the languages with braces, and PHP's strings, are cut by: shared by the lexer and by the glance at
// PHP that comes before it (php_glance.h), which must cut in the same places.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/digits.h"
#include "detect/scripts/markup.h"

namespace afterpatch::detect::scripts {

inline constexpr std::array<std::string_view, 46> kOperators = {
    "===", "!==", "<=>", "**=", "?\?=", "<<=", ">>=", "...", "?->",  "&&=", "||=", "==",
    "!=",  "<=",  ">=",  "&&",  "||",   "??",  "?.",  "?:",  "->",   "=>",  "::",  "++",
    "--",  "+=",  "-=",  "*=",  "/=",   ".=",  "%=",  "&=",  "|=",   "^=",  "<<",  ">>",
    "**",  "<>",  "!~",  "=~",  "~=",   "..",  ":=",  "/>",  "\\\\", "@@"};

// Characters that stand in an operator behind its first.
inline constexpr std::array<bool, 256> kInOperators = [] {
  std::array<bool, 256> table{};
  for (const std::string_view known : kOperators) {
    for (const char c : known.substr(1)) table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

// Characters by which an operator of several begins.
inline constexpr std::array<bool, 256> kBeginsLong = [] {
  std::array<bool, 256> table{};
  for (const std::string_view known : kOperators) table[static_cast<unsigned char>(known[0])] = true;
  return table;
}();

// What a token may be by its first character.
enum class Start : std::uint8_t { blank, separator, word, quote, mark, other };
inline constexpr std::array<Start, 256> kStarts = [] {
  std::array<Start, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c)
    table[c] = c <= ' ' ? Start::blank : kWordCharacters[c] ? Start::word : Start::other;
  for (const char c : {'"', '\'', '`'}) table[static_cast<unsigned char>(c)] = Start::quote;
  for (const char c : {'$', '@', '/', '#', '<'}) table[static_cast<unsigned char>(c)] = Start::mark;
  table[';'] = Start::separator;
  return table;
}();

// Of the operator that `here`, which is not empty, begins with; 1 for any other character.
inline std::size_t operator_length(std::string_view here, bool php) {
  // Most operators are one character before something that is no operator.
  if (here.size() < 2 || !kInOperators[static_cast<unsigned char>(here[1])]) return 1;
  const bool common = (here[1] == '>' && (here[0] == '-' || here[0] == '=')) ||
                      (here[0] == ':' && here[1] == ':');  // no longer one begins so
  if (common) return 2;
  if (!kBeginsLong[static_cast<unsigned char>(here[0])]) return 1;
  for (const std::string_view known : kOperators) {
    if (here[0] != known[0] || !here.starts_with(known)) continue;
    if (php && known.find('~') != std::string_view::npos) continue;  // "=~" is "=" and "~"
    return known.size();
  }
  return 1;
}

// How much of a string's text at a '$' or '{$' belongs to PHP's variable; 0 if it is none.
inline std::size_t variable_length(std::string_view tail) {
  constexpr auto npos = std::string_view::npos;
  if (tail.starts_with("{$") || tail.starts_with("${")) {
    const auto end = tail.find('}');
    return end == npos ? 0 : end + 1;
  }
  const bool name = tail[0] == '$' && tail.size() > 1 && is_word(tail[1]) && !is_decimal_digit(tail[1]);
  if (!name) return 0;
  std::size_t end = 1;
  while (end < tail.size() && is_word(tail[end])) ++end;
  if (end < tail.size() && tail[end] == '[') {
    const auto close = tail.find(']', end);
    return close == npos ? end : close + 1;
  }
  if (tail.substr(end).starts_with("->") && end + 2 < tail.size() && is_word(tail[end + 2])) {
    end += 2;
    while (end < tail.size() && is_word(tail[end])) ++end;
  }
  return end;
}

// Of the escape that `tail` begins with: a '\' and at least one character more.
inline std::size_t escape_length(std::string_view tail) {
  std::size_t length = 2;
  if (tail[1] == 'x') {
    while (length < 4 && length < tail.size() && is_hex_digit(tail[length])) ++length;
  } else if (tail[1] >= '0' && tail[1] <= '7') {
    while (length < 4 && length < tail.size() && tail[length] >= '0' && tail[length] <= '7') ++length;
  } else if (tail[1] == 'u') {
    const auto end = tail.find('}');
    if (tail.size() > 2 && tail[2] == '{' && end != std::string_view::npos && end < 12) return end + 1;
    while (length < 6 && length < tail.size() && is_hex_digit(tail[length])) ++length;
  }
  return std::min(length, tail.size());
}

}  // namespace afterpatch::detect::scripts

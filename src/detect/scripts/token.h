// Tokens of all languages in one shape, so that one interpreter reads them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterpatch::detect::scripts {

enum class TokenKind : std::uint8_t {
  name,      // lower case, but in PHP's variables
  variable,  // PHP's "$name": text is the name
  text,      // a string's value
  number,
  op,
  separator,  // between statements: ";" or, in Basic, the line's end and ":"
  seam,       // between two regions of a page
  end,
};

// Up to three characters of an operator in one number: op("=>").
constexpr std::uint32_t op(std::string_view text) {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < text.size() && i < 3; ++i) {
    code |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  }
  return code;
}

struct Token {
  TokenKind kind = TokenKind::end;
  bool spaced = false;      // blanks stand before it
  std::uint32_t code = 0;   // of an operator
  std::uint32_t at = 0;     // in the page's text
  std::uint32_t match = 0;  // of a bracket: the token that closes it, or 0
  std::string_view text;
};

}  // namespace afterpatch::detect::scripts

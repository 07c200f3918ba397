// Small facts about text: ASCII folding, UTF-8 checks, UTF-16 decoding, splitting. No locale is ever asked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch {

constexpr char to_lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
std::string to_lower_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII only
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);
bool contains_ignoring_case(std::string_view text, std::string_view part);

// Hash and equality for containers keyed by ASCII-case-insensitive text.
struct HashIgnoringCase {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const;
};
struct EqualIgnoringCase {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return equals_ignoring_case(a, b); }
};

// Space, tab, CR, LF off both ends.
std::string_view trim(std::string_view text);

// Splits at every `separator`; "a,,b" gives three parts, "" gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing past U+10FFFF).
bool is_utf8(std::string_view bytes);

// The bytes as well-formed UTF-8: ill-formed bytes are taken as Windows-1252, since logs with a local code
// page come from Windows servers and must stay readable.
std::string to_utf8(std::string_view bytes);

// UTF-16 little or big endian (no BOM expected) to UTF-8; lone surrogates become U+FFFD, an odd last byte is
// dropped.
std::string utf16le_to_utf8(std::string_view bytes);
std::string utf16be_to_utf8(std::string_view bytes);

// Appends one code point as UTF-8; invalid ones become U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

// Decodes %XX once; malformed escapes stay as they are. '+' stays '+'.
std::string percent_decode(std::string_view text);

}  // namespace afterpatch

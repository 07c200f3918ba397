// The little of HTML, PHP and Razor markup that cutting a page needs. Pure, linear, tolerant.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace afterpatch::detect::scripts {

inline constexpr std::array<bool, 256> kWordCharacters = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c)
    table[c] =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
  return table;
}();
// Letter, digit, '_' or beyond ASCII.
inline bool is_word(char c) {
  return kWordCharacters[static_cast<unsigned char>(c)];
}

std::size_t find_ignoring_case(std::string_view text, std::string_view word, std::size_t from);

// Of the line that `at` is in; its CR or LF, or the text's end.
std::size_t end_of_line(std::string_view text, std::size_t at);
// Behind the "*/" of the comment whose "/*" is at `at`, or the text's end.
std::size_t past_block_comment(std::string_view text, std::size_t at);

// The value of an attribute in a tag or directive, without its quotes: attribute("<a ID='x'>", "id") is "x".
std::optional<std::string_view> attribute(std::string_view tag, std::string_view name);

// Past the '>' that ends the tag at `at`; quotes and "<% %>" inside are stepped over. A tag longer than 4 KiB
// is none.
std::size_t end_of_tag(std::string_view text, std::size_t at);

// What a page's forms and links send: <input name="a">, <a href="?b=1&c=2">. Also where code prints them.
std::vector<std::string_view> fields_of(std::string_view text);

// The "?>" that ends PHP begun before `from`, which strings and block comments hide, as PHP's own lexer has
// it; the text's size if there is none.
std::size_t end_of_php(std::string_view text, std::size_t from);

// Past the bracket that closes the one at `open`; strings are stepped over.
std::size_t end_of_brackets(std::string_view text, std::size_t open);

}  // namespace afterpatch::detect::scripts

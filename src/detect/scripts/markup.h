// The little of HTML, PHP and Razor markup that cutting a page needs. Pure, linear, tolerant.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace afterpatch::detect::scripts {

bool is_word(char c);  // letter, digit, '_' or beyond ASCII

std::size_t find_ignoring_case(std::string_view text, std::string_view word, std::size_t from);

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

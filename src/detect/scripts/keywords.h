// What a word at the start of a statement can be, in any of the languages.
#pragma once

#include <cstdint>
#include <string_view>

namespace afterpatch::detect::scripts {

// Modifiers are skipped; conditions bring brackets and a statement that hangs on them; the plain ones bring
// nothing; those that stand alone are Basic's own without brackets.
enum KeywordKind : std::uint8_t { kModifier = 1, kCondition = 2, kPlain = 4, kType = 8, kAlone = 16 };

// Whether the word, in lower case, is of one of the kinds, which may be several joined with "|".
bool is_keyword(std::uint8_t kinds, std::string_view word);

}  // namespace afterpatch::detect::scripts

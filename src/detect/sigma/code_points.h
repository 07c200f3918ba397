// Text as Sigma compares it: code points, with case folded. ASCII letters fold among themselves; other
// characters fold by Unicode 14 simple case folding (CaseFolding.txt, statuses C and S), except that no
// character outside ASCII is ever equal to one inside (U+212A KELVIN SIGN, U+017F LONG S). So an ASCII letter
// of a rule stands for two bytes only, which the literal scan (witness.h) relies on. Ill-formed UTF-8 bytes
// are characters of their own and equal only themselves.
#pragma once

#include <string_view>
#include <vector>

namespace afterpatch::detect::sigma {

// An ill-formed byte b is given as kIllFormedByte + b, which is above every Unicode character.
inline constexpr char32_t kIllFormedByte = 0x110000;

char32_t fold(char32_t c);

// Whether another character folds to the same as `c`.
bool has_case(char32_t c);

// Replaces what `out` held. Linear; never fails.
enum class Case { as_is, folded };
void decode(std::string_view bytes, Case letter_case, std::vector<char32_t>& out);

bool is_ascii(std::string_view bytes);

// Letters, digits and '_'. Beyond ASCII everything but punctuation and spaces of the common blocks counts as
// a word.
bool is_word(char32_t c);

}  // namespace afterpatch::detect::sigma

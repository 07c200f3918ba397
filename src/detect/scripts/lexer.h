// Source to tokens, for the languages with braces (PHP, C#, Java, JScript) and for Basic (VBScript, VB.NET).
// Tolerant: what is no token is skipped, a string that is never closed ends with its line or the code.
// Comments are dropped; escapes in strings are resolved; "$name" and "{...}" inside strings become
// concatenations, so that what flows into a string is seen. Linear in the code, but for strings inside
// strings, whose depth is bounded.
#pragma once

#include <vector>

#include "detect/scripts/arena.h"
#include "detect/scripts/language.h"
#include "detect/scripts/source_code.h"
#include "detect/scripts/token.h"

namespace afterpatch::detect::scripts {

inline constexpr std::size_t kMaxTokens = 4'000'000;

// Appends the code's tokens, without a closing `end`.
void lex_braces(const SourceCode& code, Language language, Arena& arena, std::vector<Token>& tokens);
void lex_basic(const SourceCode& code, Arena& arena, std::vector<Token>& tokens);

inline void lex(const SourceCode& code, Language language, Arena& arena, std::vector<Token>& tokens) {
  if (is_basic(language)) {
    lex_basic(code, arena, tokens);
  } else {
    lex_braces(code, language, arena, tokens);
  }
}

// Fills in Token::match for ( [ { from `first` on.
void match_brackets(std::vector<Token>& tokens, std::size_t first);

// The text in lower case; the same view where it is so already.
std::string_view lower(std::string_view text, Arena& arena);

}  // namespace afterpatch::detect::scripts

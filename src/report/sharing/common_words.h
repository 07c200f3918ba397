// Words that stand where names do and name nobody.
#pragma once

#include <string_view>

namespace afterpatch::report {

// Accounts of every Windows, parts of every Exchange's URLs, labels that half of all mail servers have, and
// ends of file names. `word` in lower case.
bool is_common_word(std::string_view word);

}  // namespace afterpatch::report

// Expressions for Vectorscan that find strings of YARA rules in which no literal is long or rare enough
// (yara_literals.h): hex strings with many wildcards, regular expressions that begin with a choice, short
// texts.
//
// Where a string matches, its expression has a match with the same end; it may have more: anchors and word
// boundaries are left out, long gaps have no upper limit, a point is any byte. What is not understood has
// none.
#pragma once

#include <string>
#include <vector>

#include "detect/files/yara_text.h"

namespace afterpatch::detect::files {

// One for each form in which the string can match ("wide ascii": two); for Vectorscan with DOTALL,
// without UTF-8. Empty: no claim. Pure; linear time.
std::vector<std::string> search_patterns(const YaraStringText& string);

}  // namespace afterpatch::detect::files

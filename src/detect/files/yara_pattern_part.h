// The part of an expression of yara_pattern.h that is rarest in files and has no gap. Vectorscan finds it
// several times faster than the whole expression, above all together with others, and where it is missing the
// expression can't match.
#pragma once

#include <string>
#include <string_view>

namespace afterpatch::detect::files {

// An expression that matches somewhere inside of each match of `pattern`; `pattern` itself where no part is
// rare enough. Pure; linear time.
std::string rarest_part(std::string_view pattern);

}  // namespace afterpatch::detect::files

// Classes of files for YARA: every file is of exactly one, told by its first bytes, its size and whether it
// holds a NUL byte. For each class the rules that can match (yara_condition.h) make a set of their own: most
// rules of public sets ask for one header and for a size, and a set of a few hundred rules is searched many
// times faster than one of thousands.
#pragma once

#include <cstddef>
#include <string_view>

#include "detect/files/yara_condition.h"

namespace afterpatch::detect::files {

std::size_t yara_class_count();
// Below yara_class_count(). Reads all of `bytes` (for NUL bytes), and nothing else.
std::size_t yara_class_of(std::string_view bytes);
// What all files of the class have in common. REQUIRES: index < yara_class_count().
YaraFileClass yara_class(std::size_t index);

}  // namespace afterpatch::detect::files

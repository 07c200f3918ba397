// Text in terminal columns. All functions take UTF-8 that is already safe to show (base/escape.h) and count a
// wide East Asian character or emoji as two columns; combining marks count as one, so a line is never wider
// than counted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::report {

std::size_t columns_of(std::string_view text);

// At most `width` columns; what is cut off is marked by "…" at the end.
std::string fit(std::string_view text, std::size_t width);

// At most `width` columns; what is cut off is marked by "…" at the start: for paths, whose end tells most.
std::string fit_end(std::string_view text, std::size_t width);

// Lines of at most `width` columns, broken at blanks, or inside a word longer than a line. At most
// `max_lines`; the last one ends in "…" when more is left. Empty text gives no line. REQUIRES: width >= 2,
// max_lines >= 1.
std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t max_lines);

}  // namespace afterpatch::report

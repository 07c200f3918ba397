// Tells the start of a row by its first bytes alone. Every row of the logs that we read starts with its time,
// so a line that does so starts a row whatever stood before it: that makes the cutting of a log a local
// question, which needs no more than the line itself. Continuation lines of quoted fields, prose and rests of
// broken rows do not look so.
#pragma once

#include <cstddef>
#include <string_view>

namespace afterpatch::records {

enum class RowShape {
  none,
  w3c,  // "2021-03-05 03:06:27 ": date, space, time, space
  csv,  // "2021-03-05T03:06:27..." or the same in quotes, or with a space for the T and no space after the
        // time
};

// Shape of the line that starts at the front of `text` (which may go on past the line). A BOM before it is
// passed over.
RowShape row_shape(std::string_view text);

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace afterpatch::records

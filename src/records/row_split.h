// Splitting without a header: for rows whose layout is still to be told.
#pragma once

#include <cstddef>

#include "records/record.h"

namespace afterpatch::records {

// At most `columns` values; returns whether the row has more. Appends to `scratch`, sets `damaged` for quotes
// that do not close.
bool split_columns(Dialect dialect, std::size_t columns, std::string_view row,
                   std::vector<std::string_view>& values, std::deque<std::string>& scratch, bool& damaged);

}  // namespace afterpatch::records

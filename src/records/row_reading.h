// What a cut row is: a record of the header in force, a record of another log (text that mixes logs), or no
// row at all. One function for everyone who reads rows, so that all give the same answer. It depends on the
// row and the header in force alone.
#pragma once

#include <string_view>

#include "records/record.h"
#include "records/row_cutter.h"

namespace afterpatch::records {

// Fills header, raw, values and damaged of `record`; false when the line looks like no row. `scratch` must be
// empty of what the caller still needs: it is added to.
bool read_row(std::string_view block, const RowCut& row, const Header* in_force, Record& record,
              std::deque<std::string>& scratch);

// Whether lines that do not look like this header's rows can be told by their first bytes: its rows start
// with the time.
bool starts_with_time(const Header& header);

}  // namespace afterpatch::records

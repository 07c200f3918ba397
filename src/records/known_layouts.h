// Rows without a header: which known layout do they have? Told by the number of columns and by what stands in
// some of them, so that a row is never read by a list that only happens to be as long.
#pragma once

#include <string>
#include <string_view>

#include "records/header.h"

namespace afterpatch::records {

// The layout that a whole row fits, with Header::guessed set; null when it fits none. Depends on the row
// alone. The header lives as long as the program.
const Header* guess_header(std::string_view row);

// The same, among the ECP layouts only: their event column is so distinct that it is known under any header.
const Header* guess_ecp_header(std::string_view row);

// "#Log-type:" text of a log with these columns, as its own header would say it; empty if unknown.
std::string log_type_of(const Header& header);

}  // namespace afterpatch::records

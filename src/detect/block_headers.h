// Which header is in force at each place of a block: servers restart and administrators change the logged fields, so
// header lines may stand in the middle.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "records/header.h"

namespace afterpatch::detect {

struct HeaderFrom {
  std::size_t begin;          // valid for rows that begin here or later
  records::HeaderPtr header;  // null when none is known
};

// At least one entry, the first with begin 0, rising. REQUIRES: the block begins at a row's start.
std::vector<HeaderFrom> headers_of(std::string_view block, const records::HeaderPtr& at_start);

}  // namespace afterpatch::detect

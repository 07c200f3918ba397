// The guide as Markdown (CommonMark 0.30), to print, to mail, or to paste into a ticket: the same steps as on
// the page, with boxes to tick.
#pragma once

#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

// Evidence in it is made visible as for a terminal (base/escape.h), and can neither end a block of commands
// nor begin markup of its own.
std::string guide_markdown(const assess::HuntReport& hunt);

}  // namespace afterpatch::report

// Made-up reports that the tests of this room share. All names, addresses and lines are invented (addresses
// are from the blocks set aside for documentation, RFC 5737); nothing here attacks.
#pragma once

#include "assess/server_report.h"

namespace afterpatch::report {

// A server that was broken into and re-entered; every field is set, and a few strings are hostile.
assess::HuntReport reentered_report();

// The same, with a second wave on the same server, and a third that left no trace.
assess::HuntReport two_waves_report();

// Nothing found, and the logs cover everything.
assess::HuntReport clean_report();

// Probed only, with gaps over the crucial days.
assess::HuntReport probed_with_gaps_report();

// Nothing found either, but the hunt was ended early while it read the logs.
assess::HuntReport interrupted_report();

// Nothing at all was read.
assess::HuntReport empty_report();

// The re-entered server with every text replaced by one that attacks whoever shows it, and with thousands of
// detections.
assess::HuntReport hostile_report();

// Bytes that no output may pass on as they are: terminal codes, markup, attribute ends, spreadsheet formulas,
// bidirectional overrides, ill-formed UTF-8, NUL.
std::string hostile_bytes();

}  // namespace afterpatch::report

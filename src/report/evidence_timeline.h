// Every detection as one row of a table, in order of time: what a spreadsheet or an analyst's own script
// reads.
#pragma once

#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

// RFC 4180 with a header row. Columns: time (ISO 8601 in UTC, empty when there is none), clock
// (report/clock.h), server, source, file, line (or number of the record), offset (bytes, unpacked), log,
// step, confidence, level, rule_kind, rule_id, rule, campaign (empty for rules of the user), client, account,
// path, status, text (the row or the decisive part of the file, cut after 4 KiB). Rows without a time come
// last in each server. Every cell is safe to open in a spreadsheet (base/escape.h). For the house: it names
// victims. Thread-safe.
std::string evidence_timeline(const assess::HuntReport& hunt);

}  // namespace afterpatch::report

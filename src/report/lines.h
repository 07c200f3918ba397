// Formats for pipes: one JSON object a line, and one flat CSV table.
#pragma once

#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

// JSON lines. Each object has `type` (hunt, verdict, answer, action, exposure, run, door, mailbox, coverage,
// pivot, timeline, note, detection, refused-rule, problem) and, where it belongs to a server, `server` (its
// index in report.json); its other members are those of the same part in report.json. Conclusions come before
// detections. Thread-safe.
std::string jsonl_text(const assess::HuntReport& hunt);

// RFC 4180 table of all detections with a header row, "\n" after each row. Columns: time, step, confidence,
// level, rule_kind, rule_id, title, source, artefact, line, offset, client, path, status, raw. Every cell is
// safe to open in a spreadsheet (base/escape.h). Thread-safe.
std::string csv_text(const assess::HuntReport& hunt);

}  // namespace afterpatch::report

// Detections and the report's own timeline for Timesketch (timesketch.org, "Import from JSON or CSV"), which
// asks each event for `message`, `datetime` (ISO 8601) and `timestamp_desc`, and takes any further column.
#pragma once

#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

// Further columns: timestamp (microseconds since 1970), clock, server, step, confidence, level, rule,
// rule_id, log, source, file, line, offset, client, path, status, user_agent, text. Events in order of time,
// over all servers. What has no time can't be in a timeline: evidence_timeline() has it. For the house: it
// names victims. Thread-safe.
std::string timesketch_jsonl(const assess::HuntReport& hunt);  // one JSON object a line
std::string timesketch_csv(const assess::HuntReport& hunt);    // every cell safe in a spreadsheet

}  // namespace afterpatch::report

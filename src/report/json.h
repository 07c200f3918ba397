// report.json: every field of a hunt's report, for programs. docs/report.schema.json describes it (JSON
// Schema 2020-12).
#pragma once

#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

// Raised whenever a field is renamed, removed or changes its meaning; new fields raise it too, since the
// schema is strict.
inline constexpr int kSchemaVersion = 1;

// The document, indented, ending in a newline; keys in a fixed order and nothing that differs between two
// runs. Times are ISO 8601 in UTC, null where not known. Text is UTF-8; bytes that are not keep their exact
// form in a `..._base64` beside them. Thread-safe.
std::string report_json(const assess::HuntReport& hunt);

}  // namespace afterpatch::report

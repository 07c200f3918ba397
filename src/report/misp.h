// The findings of a hunt as a MISP event (MISP core format, draft-dulaunoy-misp-core-format-18).
#pragma once

#include <string>

#include "assess/server_report.h"
#include "report/sharing/shared_findings.h"

namespace afterpatch::report {

// {"Event": {...}}, indented, ending in a newline; what share_findings() gives and nothing else. Addresses,
// digests and paths of back doors are meant for detection (`to_ids`) by the same rule as STIX indicators;
// each web shell is an object `file`. Tagged tlp:amber, with victims tlp:red; distribution "your organisation
// only", so that nothing leaves before somebody decided so. Thread-safe.
std::string misp_event(const assess::HuntReport& hunt, Share share);

}  // namespace afterpatch::report

// The techniques that a hunt found, as a layer for MITRE's ATT&CK Navigator (layer format 4.5,
// github.com/mitre-attack/attack-navigator, layers/LAYERFORMATv4_5.md).
#pragma once

#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

// Compact JSON, ending in a newline. A technique's score is the number of detections of rules tagged with it,
// over all servers; its comment names the rules, how often each matched, how sure it is and when first. Only
// rules of the campaign: they alone say what a match means. Names no victim. Thread-safe.
std::string navigator_layer(const assess::HuntReport& hunt);

}  // namespace afterpatch::report

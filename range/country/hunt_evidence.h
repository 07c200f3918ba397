// What the hunts of the country would have shown: a few lines and the days that the logs cover, as statements
// `hunt-evidence` (docs/store.md). Lines are of the kinds that the campaign's public reports print, with
// made-up places; nothing in them does anything.
#pragma once

#include <string>

#include "range/country/country.h"

namespace afterpatch::range {

// JSON lines, one statement for each hunt (not for what was seen from outside).
std::string hunt_evidence(const Country& country);

}  // namespace afterpatch::range

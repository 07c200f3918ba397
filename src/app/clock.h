// What time it is, for whatever a command writes down. Always UTC.
//
// AFTERPATCH_NOW=2021-03-05T10:00:00Z sets the clock with which a command begins, so that demos and tests can
// live through sixty days in minutes; from then on it goes as any other. A value that is no time is ignored.
#pragma once

#include <optional>

#include "base/time.h"

namespace afterpatch::app {

Timestamp now_utc();
std::optional<Timestamp> simulated_now();

}  // namespace afterpatch::app

// What time it is, for whatever a command writes down. Always UTC.
//
// AFTERPATCH_NOW=2021-03-05T10:00:00Z sets the clock of a whole command, so that demos and tests can live
// through sixty days in minutes; the command line says on standard error that it is set. A value that is no
// time is ignored.
#pragma once

#include <optional>

#include "base/time.h"

namespace afterpatch::app {

Timestamp now_utc();
std::optional<Timestamp> simulated_now();

}  // namespace afterpatch::app

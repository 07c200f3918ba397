// An event as the XML that Windows' Event Viewer shows, on one line. What an event holds is the attacker's:
// everything is escaped, characters that XML forbids become U+FFFD, and it stops at a bound.
#pragma once

#include <cstddef>
#include <string>

#include "records/evtx/event.h"

namespace afterpatch::records::evtx {

// The event, whole; or cut off at the end of a step, behind `max_bytes` or as many steps.
std::string to_xml(const Event& event, std::size_t max_bytes = 1U << 20U);

}  // namespace afterpatch::records::evtx

// Whether a rule can match at all when only the fields that route an event are known. So that most rules are
// never asked about most events: a rule for event 4720 has no business with 4624.
#pragma once

#include "detect/events/event_key.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect::events {

// False only when the condition is false whatever the other fields hold.
bool can_match(const sigma::Rule& rule, const EventKey& event);

}  // namespace afterpatch::detect::events

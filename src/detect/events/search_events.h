// Goes over the event logs of the evidence once.
#pragma once

#include "base/progress.h"
#include "detect/events/event_rules.h"
#include "detect/findings_builder.h"
#include "evidence/artefact.h"

namespace afterpatch::detect::events {

// Bytes that search_events() will read, for progress.
std::uint64_t event_bytes(const evidence::Inventory& inventory);

// Reads every event log with `threads` threads. Adds to `builder` in the order of the evidence, whatever the
// threads do; what could not be read is counted and named there.
void search_events(const evidence::Inventory& inventory, const EventRules& rules, unsigned threads,
                   FindingsBuilder& builder, Progress& progress);

}  // namespace afterpatch::detect::events

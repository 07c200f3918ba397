// Goes over the events of one log, EVTX or export, one after another: for questions about single events.
// Hunts read in blocks on many threads (search_events.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "detect/events/event_key.h"
#include "detect/events/event_record.h"
#include "detect/events/event_view.h"
#include "evidence/artefact.h"

namespace afterpatch::detect::events {

bool is_event_log(const evidence::Artefact& artefact);

// Lives during the visit only.
struct ReadEvent {
  const EventRecord& record;
  std::uint64_t line = 0;  // in an export, 1-based; 0 in EVTX
  // The event with the fields that the names are of.
  std::function<const EventView&(Mapping)> view;
};

EventKey key_of(const EventRecord& record);

// Visits events until `visit` says false. Fails when the log can't be opened or read; what came before the
// failure was visited. REQUIRES: is_event_log().
Result<void> for_each_event(const evidence::Artefact& artefact, const FieldNames& names,
                            const std::function<bool(const ReadEvent&)>& visit);

}  // namespace afterpatch::detect::events

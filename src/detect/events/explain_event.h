// Asks one rule of one Windows event, and says what came of each part of it.
#pragma once

#include "detect/explain_record.h"

namespace afterpatch::detect::events {

// `id`: the event's record id (in EVTX that of the record's header, which is another than the event's own
// EventRecordID when the log was saved anew; in exports EventRecordID), or, for events of an export without
// one, the line where it begins; without it the first event. Fails when the artefact can't be read, or has no
// such event. Where several events have the id (logs of many machines in one), it is the first. REQUIRES:
// is_event_log().
Result<RecordExplanation> explain_event(const sigma::Rule& rule, const evidence::Artefact& artefact,
                                        std::optional<std::uint64_t> id);

}  // namespace afterpatch::detect::events

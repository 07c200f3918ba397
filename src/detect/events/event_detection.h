// A rule that matched a Windows event, as a detection: its place, time, the event as XML, and the facts that
// assess and people ask for.
#pragma once

#include "detect/detection.h"
#include "detect/events/event_rules.h"
#include "detect/row_search.h"
#include "evidence/artefact.h"
#include "records/evtx/event.h"

namespace afterpatch::detect::events {

// What is the rule's: kind, id, title, level, meaning.
Detection detection_of(const EventRules& rules, RuleNumber rule);

// Log name of every event, in Detection::log.
inline constexpr std::string_view kEventLog = "windows-events";

// `offset` is that of the chunk. Of one rule in one block no more than kMaxKeptPerRule are kept; all are
// counted. Facts, as far as the event has them: channel provider event-id record-id computer user image
// command-line parent-image parent-command-line target-user client, recovered ("yes").
void add_event_detection(const EventRules& rules, RuleNumber rule, const records::evtx::Event& event,
                         std::uint64_t offset, const evidence::Artefact& artefact, BlockOutcome& outcome);

}  // namespace afterpatch::detect::events

// A rule that matched a Windows event, as a detection: its place, time, the event as text, and the facts that
// assess and people ask for.
#pragma once

#include "detect/detection.h"
#include "detect/events/event_record.h"
#include "detect/events/event_rules.h"
#include "detect/row_search.h"
#include "evidence/artefact.h"

namespace afterpatch::detect::events {

// Log name of every event, in Detection::log.
inline constexpr std::string_view kEventLog = "windows-events";

// The event at hand and where it was found.
struct FoundEvent {
  const EventRecord& event;
  const evidence::Artefact& artefact;
  std::uint64_t offset = 0;  // in the unpacked artefact
  std::uint64_t line = 0;    // counted from the block's start, 1-based; 0 where there are no lines
};

// Of one rule in one block no more than kMaxKeptPerRule are kept; all are counted. Facts, as far as the event
// has them: channel provider event-id record-id computer user image command-line parent-image
// parent-command-line target-user client target-file script service threat path, recovered ("yes"). What
// correlations want to know is handed on.
void add_event_match(const EventRules& rules, RuleNumber rule, const FoundEvent& found,
                     const sigma::Event& view, BlockOutcome& outcome);

}  // namespace afterpatch::detect::events

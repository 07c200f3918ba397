// Asks one rule of one row of a log or one Windows event, and says what came of each part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "detect/sigma/explanation.h"
#include "evidence/artefact.h"

namespace afterpatch::detect {

struct RecordExplanation {
  std::string log;         // "iis-w3c", "http-proxy", ..., "windows-events"
  std::string event;       // of an event: channel and event id, "Security 4688"; else empty
  std::uint64_t line = 0;  // where the row begins, 1-based; 0 in EVTX files, which have no lines
  std::optional<std::uint64_t> record_id;  // of an event that has one
  std::string raw;                         // the row
  bool for_this_log = false;  // the rule's log source is true of the log; if not, a hunt never asks the rule
  sigma::Explanation why;
};

// `line`: any line of the row; for an event its record id (events/explain_event.h); without it the first one.
// Fails when the artefact can't be read, is no log that is read row by row or event by event, or has none
// there.
Result<RecordExplanation> explain_record(const sigma::Rule& rule, const evidence::Artefact& artefact,
                                         std::optional<std::uint64_t> line);

}  // namespace afterpatch::detect

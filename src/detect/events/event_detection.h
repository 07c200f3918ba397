// A rule that matched a Windows event, as a detection: its place, time, the event as text, and the facts that
// assess and people ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "detect/detection.h"
#include "detect/events/event_record.h"
#include "detect/events/event_rules.h"
#include "detect/row_search.h"
#include "evidence/artefact.h"

namespace afterpatch::detect::events {

// Log name of every event, in Detection::log.
inline constexpr std::string_view kEventLog = "windows-events";

// The event at hand and where it was found. What is told of it is made when a rule's match is first kept, and
// once for all rules that match. Not thread-safe.
class FoundEvent {
 public:
  using Facts = std::vector<std::pair<std::string, std::string>>;

  // `offset` is in the unpacked artefact; `line` counts from the block's start, 1-based, 0 where there are no
  // lines. The record and the artefact must outlive it.
  FoundEvent(const EventRecord& event, const evidence::Artefact& artefact, std::uint64_t offset,
             std::uint64_t line = 0)
      : event_(event), artefact_(artefact), offset_(offset), line_(line) {}

  Place place() const { return {artefact_.source, artefact_.path, offset_, line_}; }
  std::optional<Timestamp> time() const;
  const std::string& raw() const;  // at most kMaxRawBytes
  const Facts& facts() const;

 private:
  const EventRecord& event_;
  const evidence::Artefact& artefact_;
  std::uint64_t offset_;
  std::uint64_t line_;
  mutable std::optional<std::optional<Timestamp>> time_;
  mutable std::optional<std::string> raw_;
  mutable std::optional<Facts> facts_;
};

// Of one rule in one block no more than kMaxKeptPerRule are kept; all are counted. Facts, as far as the event
// has them: channel provider event-id record-id computer user image command-line parent-image
// parent-command-line target-user client target-file script service threat path, recovered ("yes"). What
// correlations want to know is handed on.
void add_event_match(const EventRules& rules, RuleNumber rule, const FoundEvent& found,
                     const sigma::Event& view, BlockOutcome& outcome);

}  // namespace afterpatch::detect::events

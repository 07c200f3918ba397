// Runs the rules for Windows events over exports of events. The same rules, plans, coverage and detections as
// for EVTX files (event_search.h).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "detect/events/event_coverage.h"
#include "detect/events/event_search.h"
#include "detect/events/export_blocks.h"
#include "detect/events/export_view.h"

namespace afterpatch::detect::events {

// One thread's working space; the rules must outlive it.
class ExportSearch {
 public:
  explicit ExportSearch(const EventRules& rules);

  // Adds to `outcome`; returns what was read.
  records::event_export::ExportCounts run(const ExportBlock& block, const evidence::Artefact& artefact,
                                          BlockOutcome& outcome);

 private:
  struct Kind {
    const EventPlan* plan;
    std::string_view coverage_log;
  };
  const Kind& kind_of(const records::event_export::Event& event);
  void search(const records::event_export::Event& event, const evidence::Artefact& artefact,
              BlockOutcome& outcome);

  const EventRules& rules_;
  ExportView view_;
  EventMatcher matcher_;
  ChannelCoverage coverage_;
  std::unordered_map<std::string, Kind> kinds_;  // by channel, provider and event id
  std::string key_;
};

}  // namespace afterpatch::detect::events

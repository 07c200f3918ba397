// Runs the rules for Windows events over the events of a log. For each event: its kind gives the plan; the
// plan's fields are turned into text and scanned once for the literals of all its rules; only rules that
// announce themselves are asked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/events/event_coverage.h"
#include "detect/events/event_rules.h"
#include "detect/events/event_view.h"
#include "detect/row_search.h"
#include "evidence/artefact.h"
#include "records/evtx/event_reader.h"

namespace afterpatch::detect::events {

// Which rules match an event. One thread's working space; the rules must outlive it.
class EventMatcher {
 public:
  explicit EventMatcher(const EventRules& rules);

  // The rules that match, rising. Valid until the next call. REQUIRES: the view was started with the event
  // and the plan's mapping.
  const std::vector<RuleNumber>& match(const EventPlan& plan, const EventView& view);

 private:
  void scan(const EventPlan& plan, const EventView& view);
  void ask(const std::vector<EventPlan::Use>& uses, std::size_t segment);
  void ask_beyond_ascii(const EventPlan& plan);
  void ask_literal(const EventPlan& plan, std::uint32_t literal, std::size_t end);
  void teach(const EventView& view);
  LiteralScanner::Scratch& scratch_of(const EventPlan& plan);

  const EventRules& rules_;
  sigma::Memo memo_;
  // That a text announced a rule.
  struct Announcement {
    std::size_t segment;
    RuleNumber rule;
    auto operator<=>(const Announcement&) const = default;
  };
  ScanTexts texts_;
  std::vector<Announcement> announcements_;  // of the texts that were scanned
  std::vector<RuleNumber> asked_;
  std::vector<RuleNumber> matching_;
  std::vector<std::optional<LiteralScanner::Scratch>> scratches_;  // by EventPlan::number
};

// Searches the chunks of EVTX files. One thread's working space.
class EvtxSearch {
 public:
  explicit EvtxSearch(const EventRules& rules);

  // For the chunks that follow (EventReader::use_templates).
  void use_templates(std::shared_ptr<const records::evtx::TemplateLibrary> templates) {
    reader_.use_templates(std::move(templates));
  }

  // Reads the events of one chunk that begins at `offset` of the artefact. Adds to `outcome` and `counts`.
  void run(std::string_view chunk, std::uint64_t offset, const evidence::Artefact& artefact,
           BlockOutcome& outcome);

  // Hands over which hours were seen since the last call.
  void finish_block(BlockOutcome& outcome) { coverage_.move_to(outcome.summaries); }
  // Of everything since the last call.
  records::evtx::EventCounts take_counts();

 private:
  // What is known of a kind of event.
  struct Kind {
    const EventPlan* plan;
    std::string_view coverage_log;
  };
  const Kind& kind_of(const records::evtx::Event& event);
  void make_key(const records::evtx::Event& event);
  void add_raw_key(const records::evtx::Event& event, std::uint32_t records::evtx::SystemLeaves::* leaf);
  void add_key_text(std::string_view text);

  const EventRules& rules_;
  records::evtx::EventReader reader_;
  EvtxView view_;
  EventMatcher matcher_;
  ChannelCoverage coverage_;
  std::unordered_map<std::string, Kind> kinds_;  // by the bytes that make the kind
  std::string raw_key_;
  std::string constant_;
  records::evtx::EventCounts counted_;
};

}  // namespace afterpatch::detect::events

#include "detect/events/export_search.h"

#include "detect/events/event_detection.h"

namespace afterpatch::detect::events {

using records::event_export::Event;
using records::event_export::ExportReader;

ExportSearch::ExportSearch(const EventRules& rules)
    : rules_(rules), view_(rules.field_names()), matcher_(rules) {}

const ExportSearch::Kind& ExportSearch::kind_of(const Event& event) {
  constexpr std::size_t kMaxKinds = 65536;
  const EventKey key = ExportRecord(event).key();
  key_ = key.channel + '\0' + key.provider + '\0' + std::to_string(key.event_id);
  if (key.odd_event_id) key_ += 'o';
  if (const auto known = kinds_.find(key_); known != kinds_.end()) return known->second;
  if (kinds_.size() >= kMaxKinds) kinds_.clear();
  const Kind kind{&rules_.plan_for(key), coverage_log_of(key.channel)};
  return kinds_.emplace(key_, kind).first->second;
}

void ExportSearch::search(const Event& event, const evidence::Artefact& artefact, BlockOutcome& outcome) {
  const Kind& kind = kind_of(event);
  coverage_.start(kind.coverage_log);
  if (const auto time = event.time()) coverage_.add(*time);
  if (kind.plan->is_empty()) return;
  view_.start(event, kind.plan->mapping);
  const ExportRecord record(event);
  const FoundEvent found(record, artefact, event.offset, event.line);
  for (const RuleNumber rule : matcher_.match(*kind.plan, view_))
    add_event_match(rules_, rule, found, view_, outcome);
}

records::event_export::ExportCounts ExportSearch::run(const ExportBlock& block,
                                                      const evidence::Artefact& artefact,
                                                      BlockOutcome& outcome) {
  ExportReader reader(block.format);
  reader.start(block.text, block.events, block.place);
  while (reader.next()) search(reader.event(), artefact, outcome);
  coverage_.move_to(outcome.summaries);
  outcome.lines += reader.count_lines();
  return reader.take_counts();
}

}  // namespace afterpatch::detect::events

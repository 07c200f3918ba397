// Event logs searched whole, for tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "detect/events/event_search.h"
#include "detect/events/export_search.h"
#include "detect/sigma/rule_set.h"
#include "records/evtx/layout.h"

namespace afterpatch::detect::events {

inline EventRules event_rules(sigma::RuleSet rules) {
  const auto none = std::make_shared<const sigma::RuleSet>();
  return EventRules(SigmaRules{none, std::make_shared<const sigma::RuleSet>(std::move(rules))});
}

inline BlockOutcome search_chunk(const EventRules& rules, std::string_view chunk) {
  EvtxSearch search(rules);
  BlockOutcome outcome;
  search.run(chunk, 0, evidence::Artefact(), outcome);
  return outcome;
}

inline BlockOutcome search_evtx(const EventRules& rules, std::string_view bytes) {
  EvtxSearch search(rules);
  BlockOutcome outcome;
  const evidence::Artefact artefact;
  for (std::size_t at = records::evtx::kFileHeaderBytes; at < bytes.size(); at += records::evtx::kChunkBytes)
    search.run(bytes.substr(at, records::evtx::kChunkBytes), at, artefact, outcome);
  search.finish_block(outcome);
  return outcome;
}

inline BlockOutcome search_export(const EventRules& rules, std::string text,
                                  records::event_export::Format format) {
  ExportBlock block;
  block.format = format;
  records::event_export::EventCutter(format).cut(text, true, block.events);
  block.text = std::move(text);
  BlockOutcome outcome;
  ExportSearch(rules).run(block, evidence::Artefact(), outcome);
  return outcome;
}

}  // namespace afterpatch::detect::events

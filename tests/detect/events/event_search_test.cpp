#include "detect/events/event_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/events/event_harness.h"

namespace afterpatch::detect::events {
namespace {

using testing::ElementsAre;

// Record ids of the events that rules match, one chunk after another.
std::vector<std::string> matched_records(const EventRules& rules, const std::vector<std::string>& chunks) {
  EvtxSearch search(rules);
  BlockOutcome outcome;
  const evidence::Artefact artefact;
  for (const std::string& chunk : chunks) search.run(chunk, 0, artefact, outcome);
  std::vector<std::string> records;
  for (const Detection& detection : outcome.detections) records.emplace_back(detection.field("record-id"));
  return records;
}

std::string any_of_security() {
  return windows_rule("any", "  s:\n    Nowhere: null\n  condition: s\n",
                      "service: security\n  product: windows");
}

TEST(EvtxSearch, EventsOfOneTemplateGoEachByItsOwnChannel) {
  const EventRules rules(user_rules(any_of_security()));
  EventLog log;
  for (const char* channel : {"Application", "Security", "", "System", "SECURITY"})
    log.add({.channel = channel});
  EXPECT_THAT(matched_records(rules, log.chunks()), ElementsAre("2", "5"));
}

// An event may be wrapped, so that its outer part has no System at all.
TEST(EvtxSearch, EventsWhoseSystemIsNestedGoEachByItsOwnChannel) {
  const EventRules rules(user_rules(any_of_security()));
  const auto inner = [](ChunkMaker& c) {
    c.open("Event").close_start();
    c.open("System").close_start();
    c.element("EventID", [](ChunkMaker& e) { e.text("1"); });
    c.element("Channel", [](ChunkMaker& e) { e.slot(0); });
    c.end();
    c.end();
  };
  const auto outer = [](ChunkMaker& c) {
    c.open("Wrapped").close_start();
    c.optional(0, ValueType::binxml);
    c.end();
  };
  ChunkMaker chunk;
  std::uint64_t id = 0;
  for (const char* channel : {"Application", "Security", "Application"}) {
    const auto nested = [&](ChunkMaker& n) {
      n.fragment();
      n.instance(2, inner, {{ValueType::string, utf16_of(channel)}});
      n.stop();
    };
    chunk.record(++id, [&](ChunkMaker& c) {
      c.fragment();
      c.instance(1, outer, {{ValueType::binxml, {}, nested}});
      c.stop();
    });
  }
  EXPECT_THAT(matched_records(rules, {chunk.bytes()}), ElementsAre("2"));
}

TEST(EvtxSearch, CountsAreThoseSinceTheLastCall) {
  const EventRules rules(user_rules(any_of_security()));
  EventLog log;
  log.add({});
  log.add({});
  EvtxSearch search(rules);
  BlockOutcome outcome;
  const evidence::Artefact artefact;
  const std::string chunk = log.chunks().at(0);
  search.run(chunk, 0, artefact, outcome);
  EXPECT_EQ(search.take_counts().events, 2U);
  search.run(chunk, 0, artefact, outcome);
  search.run(chunk, 0, artefact, outcome);
  EXPECT_EQ(search.take_counts().events, 4U);
  EXPECT_EQ(search.take_counts().events, 0U);
}

}  // namespace
}  // namespace afterpatch::detect::events

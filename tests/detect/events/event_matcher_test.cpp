// The matcher asks only rules whose literals are in sight. Nothing may get lost by that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "base/text.h"
#include "detect/events/event_harness.h"
#include "detect/events/random_events.h"
#include "detect/sigma/reference_evaluator.h"
#include "records/evtx/event_xml.h"

namespace afterpatch::detect::events {
namespace {

using range::EvtxType;
using sigma::RandomRules;
using testing::ElementsAre;
using testing::IsEmpty;

unsigned first_seed() {
  const char* seed = std::getenv("AFTERPATCH_SEED");
  return seed == nullptr ? 1 : static_cast<unsigned>(std::strtoul(seed, nullptr, 10));
}

std::string random_rules(RandomRules& random, std::size_t count) {
  constexpr std::array<std::string_view, 7> kSources = {"product: windows",
                                                        "product: windows",
                                                        "product: windows",
                                                        "category: process_creation\n  product: windows",
                                                        "service: security\n  product: windows",
                                                        "service: msexchange-management\n  product: windows",
                                                        "category: registry_add\n  product: windows"};
  constexpr std::string_view kWebServer = "category: webserver";
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    std::string rule = random.rule();
    rule.replace(rule.find(kWebServer), kWebServer.size(), kSources[random.below(kSources.size())]);
    all += "---\n" + rule;
  }
  return all;
}

RuleNumbers by_reference(const EventRules& rules, const EventKey& key, const RandomEvent& event) {
  RuleNumbers matching;
  for (RuleNumber rule = 0; rule < rules.rules().size(); ++rule) {
    const sigma::Rule& one = *rules.rules()[rule].rule;
    if (fits(one.log_source, key) && sigma::reference_matches(one, event.fields)) matching.push_back(rule);
  }
  return matching;
}

struct Tally {
  std::size_t events = 0;
  std::size_t matches = 0;
  std::size_t without_literal = 0;  // rules that were asked of every event of a kind
  std::size_t by_literal = 0;       // events of kinds with a scan
};

void compare(unsigned seed, Tally& tally) {
  RandomRules random(seed, rule_fields(), random_words());
  EventHarness harness(user_rules(random_rules(random, 40)));
  std::vector<RandomEvent> events;
  EventLog log;
  for (int i = 0; i < 60; ++i) log.add(events.emplace_back(random_event(random)).made);
  std::size_t number = 0;
  harness.run(log, [&](const auto& read, const EventKey& key, const EventPlan& plan,
                       const RuleNumbers& matched) {
    const RandomEvent& event = events.at(number++);
    const auto where = [&] { return fmt::format("seed {}\n{}", seed, records::evtx::to_xml(read, 4096)); };
    ASSERT_EQ(matched, harness.one_by_one(key)) << where();
    if (!event.has_joined_fields) {
      ASSERT_EQ(matched, by_reference(harness.rules(), key, event)) << where();
    }
    ++tally.events;
    tally.matches += matched.size();
    tally.without_literal += plan.always.size();
    tally.by_literal += plan.scans() ? 1 : 0;
  });
  ASSERT_EQ(number, events.size()) << "seed " << seed;
}

TEST(EventMatcher, GivesExactlyTheRulesThatMatchOneByOne) {
  Tally tally;
  const unsigned seed = first_seed();
  for (unsigned i = 0; i < 150 && !testing::Test::HasFatalFailure(); ++i) compare(seed + i, tally);
  EXPECT_EQ(tally.events, 150U * 60U);
  EXPECT_GT(tally.matches, 10000U);
  EXPECT_GT(tally.without_literal, 1000U);
  EXPECT_GT(tally.by_literal, 1000U);
}

// --- keywords

std::string keyword_rule(std::string_view title, std::string_view keyword) {
  return windows_rule(title, fmt::format("  k:\n    - '{}'\n  condition: k\n", keyword));
}

TEST(EventMatcher, KeywordsAreFoundInWhatWindowsWritesForNumbers) {
  EventHarness harness(
      user_rules(keyword_rule("number", "47110815") + keyword_rule("hex", "0xabc123") +
                 keyword_rule("guid", "{54849625-5478-") + keyword_rule("sid", "S-1-5-21-77") +
                 keyword_rule("time", "2021-03-03T06:49") + keyword_rule("word", "nowhere")));
  const auto titles = [&](EvtxType type, const char* written) {
    return harness.titles({.data = {typed("X", type, written)}});
  };
  EXPECT_THAT(titles(EvtxType::uint64, "1471108150"), ElementsAre("number"));
  EXPECT_THAT(titles(EvtxType::hex64, "0xabc1230"), ElementsAre("hex"));
  EXPECT_THAT(titles(EvtxType::guid, "54849625-5478-4994-A5BA-3E3B0328C30D"), ElementsAre("guid"));
  EXPECT_THAT(titles(EvtxType::sid, "S-1-5-21-77-1"), ElementsAre("sid"));
  EXPECT_THAT(titles(EvtxType::filetime, "2021-03-03T06:49:46Z"), ElementsAre("time"));
  EXPECT_THAT(titles(EvtxType::uint32, "5"), IsEmpty());
}

// A plan whose only keyword can't stand in a number leaves the numbers out; they must not hide its own.
TEST(EventMatcher, KeywordsOfLettersAreFoundInTextsBesideNumbers) {
  EventHarness harness(user_rules(keyword_rule("letters", "mimikatz")));
  EXPECT_THAT(harness.titles({.data = {typed("N", EvtxType::uint32, "5"), text("T", "x Mimikatz y")}}),
              ElementsAre("letters"));
  EXPECT_THAT(harness.titles({.data = {texts("", {"a", "mimikatz"})}}), ElementsAre("letters"));
  EXPECT_THAT(harness.titles({.provider = "mimikatz"}), ElementsAre("letters"));
}

TEST(EventMatcher, KeywordsNeverReachAcrossTwoValues) {
  EventHarness harness(user_rules(keyword_rule("both", "leftright")));
  EXPECT_THAT(harness.titles({.data = {text("A", "left"), text("B", "right")}}), IsEmpty());
  EXPECT_THAT(harness.titles({.data = {texts("", {"left", "right"})}}), IsEmpty());
  EXPECT_THAT(harness.titles({.data = {text("A", "leftright")}}), ElementsAre("both"));
}

// --- what a literal is

TEST(EventMatcher, ALiteralCountsOnlyInItsField) {
  EventHarness harness(user_rules(windows_rule("field", "  s:\n    A|contains: needle\n  condition: s\n")));
  EXPECT_THAT(harness.titles({.data = {text("A", "a needle"), text("B", "")}}), ElementsAre("field"));
  EXPECT_THAT(harness.titles({.data = {text("A", ""), text("B", "a needle")}}), IsEmpty());
}

// What a value announced is remembered for the field in which it stood.
TEST(EventMatcher, AValueThatComesBackAnnouncesTheSameInItsFieldOnly) {
  EventHarness harness(
      user_rules(windows_rule("field", "  s:\n    A|contains: needle\n  condition: s\n") +
                 windows_rule("both", "  s:\n    A|contains: needle\n    B|contains: x\n  condition: s\n")));
  const auto titles = [&](const char* a, const char* b) {
    return harness.titles({.data = {text("A", a), text("B", b)}});
  };
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(titles("a needle", ""), ElementsAre("field"));
    EXPECT_THAT(titles("a needle", "x"), ElementsAre("field", "both"));
    EXPECT_THAT(titles("", "a needle"), IsEmpty());
    EXPECT_THAT(titles("a n\u00E9edle", "x"), IsEmpty());
  }
}

// The same sixteen bytes, once as a text and once as a GUID, in one field of one log: what the one announced
// says nothing about the other.
TEST(EventMatcher, BytesThatComeBackAsAnotherTypeAreAnotherValue) {
  const std::string rules = windows_rule("text", "  s:\n    A|contains: aaaaaaaa\n  condition: s\n") +
                            windows_rule("guid", "  s:\n    A|contains: '0061-0061'\n  condition: s\n");
  const MadeData as_text = text("A", "aaaaaaaa");
  const MadeData as_guid = typed("A", EvtxType::guid, "{00610061-0061-0061-6100-610061006100}");
  ASSERT_EQ(as_text.value.bytes, as_guid.value.bytes);
  for (const bool text_first : {true, false}) {
    EventHarness harness(user_rules(rules));
    EventLog log;
    for (int i = 0; i < 40; ++i) log.add({.data = {(i % 4 < 2) == text_first ? as_text : as_guid}});
    int event = 0;
    harness.run(log, [&](const auto&, const auto&, const auto&, const RuleNumbers& matched) {
      const RuleNumber expected = (event++ % 4 < 2) == text_first ? 0 : 1;
      EXPECT_THAT(matched, ElementsAre(expected)) << "event " << event;
    });
    EXPECT_EQ(event, 40);
  }
}

TEST(EventMatcher, OneRareCharacterIsLiteralEnough) {
  EventHarness harness(user_rules(windows_rule("caret", "  s:\n    A|contains: '^'\n  condition: s\n")));
  EXPECT_THAT(harness.titles({.data = {text("A", "c^md")}}), ElementsAre("caret"));
  EXPECT_THAT(harness.titles({.data = {text("A", "cmd")}}), IsEmpty());
  const EventPlan& plan = harness.rules().plan_for({"Security", "Provider", 1});
  EXPECT_THAT(plan.always, IsEmpty());
  EXPECT_TRUE(plan.scans());
}

TEST(EventMatcher, LookAlikeLettersAndEmojiAreFound) {
  EventHarness harness(user_rules(
      windows_rule("look-alike", "  s:\n    A|contains: ['\u0430', '\u0455', '\u02E2']\n  condition: s\n") +
      windows_rule("emoji", "  s:\n    A|contains: ['\U0001F600', '\U0001F47E']\n  condition: s\n") +
      windows_rule("accent", "  s:\n    A|endswith: 'caf\u00C9'\n  condition: s\n")));
  const auto titles = [&](const char* value) { return harness.titles({.data = {text("A", value)}}); };
  EXPECT_THAT(titles("p\u0430ssword"), ElementsAre("look-alike"));
  EXPECT_THAT(titles("p\u0410ssword"), ElementsAre("look-alike")) << "the capital letter";
  EXPECT_THAT(titles("x\U0001F47Ey"), ElementsAre("emoji"));
  EXPECT_THAT(titles("CAF\u00E9"), ElementsAre("accent"));
  EXPECT_THAT(titles("password"), IsEmpty());
  EXPECT_THAT(harness.titles({.data = {text("B", "\u0430\U0001F600")}}), IsEmpty());
}

TEST(EventMatcher, NoCharacterBeyondAsciiStandsForALetterInside) {
  EventHarness harness(
      user_rules(windows_rule("kelvin", "  s:\n    A|contains: kiss\n  condition: s\n") +
                 windows_rule("expression", "  s:\n    A|re|i: 'k{1}iss'\n  condition: s\n")));
  EXPECT_THAT(harness.titles({.data = {text("A", "KISS")}}), ElementsAre("kelvin", "expression"));
  EXPECT_THAT(harness.titles({.data = {text("A", "\u212Aiss")}}), ElementsAre("expression")) << "RE2 folds";
}

TEST(EventMatcher, MappedFieldsAreScanned) {
  EventHarness harness(
      user_rules(windows_rule("image", "  s:\n    Image|endswith: '\\rarely.exe'\n  condition: s\n",
                              "category: process_creation\n  product: windows") +
                 windows_rule("user", "  s:\n    User: 'FABRIKAM\\alice'\n  condition: s\n",
                              "category: process_creation\n  product: windows")));
  EXPECT_THAT(
      harness.titles({.channel = "Security",
                      .event_id = 4688,
                      .data = {text("NewProcessName", "C:\\Rarely.exe"), text("SubjectUserName", "Alice"),
                               text("SubjectDomainName", "FABRIKAM")}}),
      ElementsAre("image", "user"));
}

TEST(EventMatcher, FieldsWithoutTheirSpacesAndNamedByValuesAreScanned) {
  EventHarness harness(
      user_rules(windows_rule("threat", "  s:\n    ThreatName|contains: webshell\n  condition: s\n")));
  EXPECT_THAT(harness.titles({.data = {text("Threat Name", "Backdoor:Webshell")}}), ElementsAre("threat"));
  EXPECT_THAT(harness.titles({.data = {named_by_value("ThreatName", "a webshell")}}), ElementsAre("threat"));
}

}  // namespace
}  // namespace afterpatch::detect::events

#include "detect/sigma/correlation_engine.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "base/text.h"
#include "detect/sigma/reference_correlation.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Rules a, b, c (places 0, 1, 2) and these correlation documents.
RuleSet load(const std::string& correlations) {
  std::string text;
  for (const char* id : {"a", "b", "c"}) {
    text += fmt::format(
        "---\ntitle: T\nid: {}\nlogsource:\n  category: webserver\ndetection:\n  s:\n    f: x\n  condition: "
        "s\n",
        id);
  }
  RuleSet set = parse_rules(text + correlations, "x");
  EXPECT_TRUE(set.refused.empty()) << set.refused[0].reason;
  return set;
}

std::string correlation(const std::string& body, const std::string& id = "corr") {
  return "---\ntitle: C\nid: " + id + "\ncorrelation:\n" + body;
}

Timestamp at(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(seconds));
}

void add_event(CorrelationEngine& engine, const RuleSet& set, const ReferenceEvent& event) {
  const auto fields = correlation_fields(set.correlations, event.base);
  if (!fields) return;
  std::vector<std::optional<std::string_view>> values;
  for (const std::string& name : *fields) {
    const auto found = event.fields.find(name);
    values.push_back(found == event.fields.end() ? std::nullopt
                                                 : std::optional<std::string_view>(found->second));
  }
  engine.add(event.base, at(event.seconds), event.reference, values);
}

std::vector<CorrelationMatch> evaluate(const RuleSet& set, const std::vector<ReferenceEvent>& events,
                                       const CorrelationLimits& limits = {}) {
  CorrelationEngine engine(set.correlations, limits);
  for (const ReferenceEvent& event : events) add_event(engine, set, event);
  std::vector<CorrelationMatch> matches;
  engine.evaluate([&](CorrelationMatch&& match) { matches.push_back(std::move(match)); });
  return matches;
}

// "first-last count value", seconds.
std::vector<std::string> told(const std::vector<CorrelationMatch>& matches) {
  std::vector<std::string> lines;
  for (const CorrelationMatch& match : matches) {
    std::string group;
    for (const auto& [name, value] : match.group) group += fmt::format(" {}={}", name, value);
    lines.push_back(fmt::format("{}-{} {} {}{}", match.first.time_since_epoch().count() / 1000000,
                                match.last.time_since_epoch().count() / 1000000, match.count, match.value,
                                group));
  }
  return lines;
}

// Events of rule a at these seconds.
std::vector<ReferenceEvent> events_at(const std::vector<std::int64_t>& seconds) {
  std::vector<ReferenceEvent> events;
  for (const std::int64_t second : seconds) events.push_back({0, second, events.size(), {}});
  return events;
}

const std::string kThreeInTen = "  type: event_count\n  rules: [a]\n  timespan: 10s\n  condition: {gte: 3}\n";

TEST(CorrelationEngine, WindowsSlideAndAreNeverBucketed) {
  const RuleSet set = load(correlation(kThreeInTen));
  EXPECT_THAT(told(evaluate(set, events_at({8, 11, 14}))), ElementsAre("8-14 3 3"));
  EXPECT_THAT(told(evaluate(set, events_at({0, 9, 11}))), IsEmpty());
}

TEST(CorrelationEngine, A14WithoutGroupByAllMatchesAreOneGroup) {
  const RuleSet set =
      load(correlation("  type: event_count\n  rules: [a]\n  timespan: 10s\n  condition: {gte: 3}\n"));
  EXPECT_THAT(told(evaluate(set, {{0, 1, 1, {{"user", "x"}}}, {0, 2, 2, {{"user", "y"}}}, {0, 3, 3, {}}})),
              ElementsAre("1-3 3 3"));
}

TEST(CorrelationEngine, AMatchExactlyAsOldAsTheTimespanIsInside) {
  const RuleSet set = load(correlation(kThreeInTen));
  EXPECT_THAT(told(evaluate(set, events_at({0, 5, 10}))), ElementsAre("0-10 3 3"));
}

TEST(CorrelationEngine, OverlappingWindowsAreReportedOnce) {
  const RuleSet set = load(correlation(kThreeInTen));
  EXPECT_THAT(told(evaluate(set, events_at({0, 1, 2, 3, 11, 12, 40, 41, 42}))),
              ElementsAre("0-12 6 3", "40-42 3 3"));
}

TEST(CorrelationEngine, ARangeNeedsBothLimits) {
  const RuleSet set =
      load(correlation("  type: event_count\n  rules: [a]\n  timespan: 10s\n  condition: {gt: 1, lte: 2}\n"));
  EXPECT_THAT(told(evaluate(set, events_at({0, 1, 2, 30, 60, 61}))), ElementsAre("0-1 2 2", "60-61 2 2"));
}

TEST(CorrelationEngine, GroupsIgnoreCaseAndShowTheFirstSpelling) {
  const RuleSet set = load(correlation(
      "  type: event_count\n  rules: [a]\n  group-by: [user]\n  timespan: 10s\n  condition: {gte: 2}\n"));
  EXPECT_THAT(
      told(evaluate(
          set, {{0, 5, 1, {{"user", "bob"}}}, {0, 1, 2, {{"user", "BOB"}}}, {0, 2, 3, {{"user", "eve"}}}})),
      ElementsAre("1-5 2 2 user=BOB"));
}

TEST(CorrelationEngine, ValuesThatOnlyJoinedAreEqualAreDifferentGroups) {
  const RuleSet set = load(correlation(
      "  type: event_count\n  rules: [a]\n  group-by: [u, v]\n  timespan: 10s\n  condition: {gte: 2}\n"));
  EXPECT_THAT(evaluate(set, {{0, 1, 1, {{"u", "ab"}, {"v", "c"}}}, {0, 2, 2, {{"u", "a"}, {"v", "bc"}}}}),
              IsEmpty());
}

TEST(CorrelationEngine, AnEventThatTwoRulesMatchedCountsOnce) {
  const RuleSet set =
      load(correlation("  type: event_count\n  rules: [a, b]\n  timespan: 10s\n  condition: {gte: 2}\n"));
  EXPECT_THAT(evaluate(set, {{0, 1, 7, {}}, {1, 1, 7, {}}}), IsEmpty());
  EXPECT_THAT(told(evaluate(set, {{0, 1, 7, {}}, {1, 1, 8, {}}})), ElementsAre("1-1 2 2"));
}

TEST(CorrelationEngine, OrderedRulesMustComeInTheirOrder) {
  const RuleSet set = load(correlation("  type: temporal_ordered\n  rules: [a, b, c]\n  timespan: 10s\n"));
  EXPECT_THAT(evaluate(set, {{2, 1, 1, {}}, {1, 2, 2, {}}, {0, 3, 3, {}}}), IsEmpty());
  EXPECT_THAT(told(evaluate(set, {{0, 1, 1, {}}, {1, 2, 2, {}}, {2, 3, 3, {}}})), ElementsAre("1-3 3 3"));
  EXPECT_THAT(evaluate(set, {{0, 1, 1, {}}, {1, 2, 2, {}}, {2, 12, 3, {}}}), IsEmpty());
}

TEST(CorrelationEngine, MatchesOfTheSameMomentKeepTheOrderOfTheirReferences) {
  const RuleSet set = load(correlation("  type: temporal_ordered\n  rules: [a, b]\n  timespan: 10s\n"));
  EXPECT_THAT(told(evaluate(set, {{1, 5, 2, {}}, {0, 5, 1, {}}})), ElementsAre("5-5 2 2"));
  EXPECT_THAT(evaluate(set, {{1, 5, 1, {}}, {0, 5, 2, {}}}), IsEmpty());
}

TEST(CorrelationEngine, AnExtendedConditionMayForbidARule) {
  const RuleSet set = load(
      correlation("  type: temporal\n  rules: [a, b, c]\n  timespan: 10s\n  condition: a and b and not c\n"));
  EXPECT_THAT(told(evaluate(set, {{0, 1, 1, {}}, {1, 2, 2, {}}})), ElementsAre("1-2 2 2"));
  EXPECT_THAT(evaluate(set, {{2, 0, 0, {}}, {0, 1, 1, {}}, {1, 2, 2, {}}}), IsEmpty());
}

TEST(CorrelationEngine, AliasesJoinFieldsOfDifferentNames) {
  const RuleSet set =
      load(correlation("  type: temporal\n  rules: [a, b]\n  timespan: 10s\n  group-by: [ip]\n"
                       "  aliases:\n    ip:\n      a: c-ip\n      b: client\n"));
  EXPECT_THAT(told(evaluate(set, {{0, 1, 1, {{"c-ip", "192.0.2.1"}}}, {1, 2, 2, {{"client", "192.0.2.1"}}}})),
              ElementsAre("1-2 2 2 ip=192.0.2.1"));
  EXPECT_THAT(evaluate(set, {{0, 1, 1, {{"c-ip", "192.0.2.1"}}}, {1, 2, 2, {{"c-ip", "192.0.2.1"}}}}),
              IsEmpty());
}

TEST(CorrelationEngine, PercentilesAreInterpolated) {
  const RuleSet set =
      load(correlation("  type: value_percentile\n  rules: [a]\n  timespan: 10s\n"
                       "  condition: {gte: 3.5, field: n, percentile: 50}\n"));
  EXPECT_THAT(told(evaluate(set, {{0, 1, 1, {{"n", "1"}}},
                                  {0, 2, 2, {{"n", "2"}}},
                                  {0, 3, 3, {{"n", "5"}}},
                                  {0, 4, 4, {{"n", "9"}}}})),
              ElementsAre("1-4 4 3.5"));
}

// 1e300 passes through the window; the sum of what stays must not be hurt by it.
TEST(CorrelationEngine, ASumForgetsWhatHasLeftTheWindow) {
  const RuleSet set =
      load(correlation("  type: value_sum\n  rules: [a]\n  timespan: 2s\n  condition: {eq: 3, field: n}\n"));
  EXPECT_THAT(
      told(evaluate(set, {{0, 1, 1, {{"n", "1e300"}}}, {0, 2, 2, {{"n", "1"}}}, {0, 4, 3, {{"n", "2"}}}})),
      ElementsAre("2-4 2 3"));
}

TEST(CorrelationEngine, ChainsTellATemporalParentOfEverySatisfiedWindow) {
  const std::string failures = correlation(
      "  type: event_count\n  rules: [a]\n  group-by: [user]\n  timespan: 10s\n  condition: {gte: 2}\n",
      "failures");
  const RuleSet set =
      load(failures + correlation("  type: temporal_ordered\n  rules: [failures, b]\n  group-by: [user]\n"
                                  "  timespan: 5s\n"));
  std::vector<ReferenceEvent> events;
  for (std::int64_t second = 0; second < 60; ++second)
    events.push_back({0, second, static_cast<std::uint64_t>(second), {{"user", "bob"}}});
  events.push_back({1, 30, 100, {{"user", "Bob"}}});
  events.push_back({1, 30, 101, {{"user", "eve"}}});
  EXPECT_THAT(told(evaluate(set, events)), ElementsAre("25-35 12 2 user=bob"));
}

TEST(CorrelationEngine, ChainsTellACountingParentOfEachStretchOnce) {
  const std::string bursts =
      correlation("  type: event_count\n  rules: [a]\n  timespan: 10s\n  condition: {gte: 2}\n", "bursts");
  const RuleSet set =
      load(bursts +
           correlation("  type: event_count\n  rules: [bursts]\n  timespan: 1h\n  condition: {gte: 2}\n"));
  EXPECT_THAT(evaluate(set, events_at({0, 1, 2, 3, 4})), IsEmpty());
  EXPECT_THAT(told(evaluate(set, events_at({0, 1, 2, 100, 101}))), ElementsAre("1-101 2 2"));
}

TEST(CorrelationEngine, CountsWhatItCouldNotUse) {
  const RuleSet set =
      load(correlation("  type: value_sum\n  rules: [a]\n  group-by: [user]\n  timespan: 10s\n"
                       "  condition: {gte: 1, field: n}\n"));
  CorrelationLimits limits;
  limits.matches = 2;
  CorrelationEngine engine(set.correlations, limits);
  add_event(engine, set, {0, 1, 1, {{"n", "5"}}});
  add_event(engine, set, {0, 1, 2, {{"user", "bob"}}});
  add_event(engine, set, {0, 1, 3, {{"user", "bob"}, {"n", "many"}}});
  for (std::uint64_t i = 4; i < 9; ++i) add_event(engine, set, {0, 1, i, {{"user", "bob"}, {"n", "1"}}});
  std::vector<CorrelationMatch> matches;
  engine.evaluate([&](CorrelationMatch&& match) { matches.push_back(std::move(match)); });
  EXPECT_THAT(told(matches), ElementsAre("1-1 2 2 user=bob"));
  EXPECT_EQ(engine.counts(0).without_group, 1U);
  EXPECT_EQ(engine.counts(0).without_value, 2U);
  EXPECT_EQ(engine.counts(0).over_limit, 3U);
}

TEST(CorrelationEngine, HasRoomForOnlySoManyDifferentValues) {
  const RuleSet set = load(correlation(
      "  type: event_count\n  rules: [a]\n  group-by: [user]\n  timespan: 10s\n  condition: {gte: 1}\n"));
  CorrelationLimits limits;
  limits.value_bytes = 10000;
  CorrelationEngine engine(set.correlations, limits);
  for (std::uint64_t i = 0; i < 1000; ++i)
    add_event(engine, set, {0, 1, i, {{"user", fmt::format("u{}", i)}}});
  std::uint64_t given = 0;
  engine.evaluate([&](CorrelationMatch&&) { ++given; });
  EXPECT_GT(given, 20U);
  EXPECT_LT(given, 200U);
  EXPECT_EQ(given + engine.counts(0).over_limit, 1000U);
}

TEST(CorrelationEngine, KeepsTheFirstReferencesOnly) {
  const RuleSet set = load(correlation(kThreeInTen));
  std::vector<std::int64_t> seconds;
  for (std::int64_t i = 0; i < 50; ++i) seconds.push_back(i);
  const auto matches = evaluate(set, events_at(seconds));
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_THAT(matches[0].references, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(matches[0].count, 50U);
}

// --- against the plain reading ---

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return engine_() % limit; }
  bool chance(std::size_t percent) { return below(100) < percent; }

 private:
  std::mt19937 engine_;
};

std::string random_limits(Random& random, std::size_t largest) {
  static const std::vector<std::string> kOperators = {"gt", "gte", "lt", "lte", "eq", "neq"};
  if (random.chance(20))
    return fmt::format("gte: {}, lt: {}", random.below(largest), random.below(largest) + 2);
  return fmt::format("{}: {}", kOperators[random.below(6)], random.below(largest) + 1);
}

std::string random_correlation(Random& random) {
  static const std::vector<std::string> kTypes = {"event_count",      "value_count", "temporal",
                                                  "temporal_ordered", "value_sum",   "value_avg",
                                                  "value_percentile", "value_median"};
  static const std::vector<std::string> kExtended = {"a and b and not c", "a or (b and c)",
                                                     "not a and (b or c)"};
  static const std::vector<std::string> kSequences = {"a and b and not c", "c and a and not b",
                                                      "a and b and c"};
  const std::string type = kTypes[random.below(kTypes.size())];
  std::string body =
      fmt::format("  type: {}\n  rules: [a, b, c]\n  timespan: {}s\n", type, 1 + random.below(15));
  if (random.chance(70)) body += "  group-by: [g]\n";
  if (random.chance(30)) body += "  aliases:\n    g: {a: g, b: h, c: g}\n    n: {a: n, b: m, c: n}\n";
  if (type == "temporal") {
    if (random.chance(60))
      body += "  condition: " + kExtended[random.below(3)] + "\n";
    else if (random.chance(50))
      body += "  condition: {" + random_limits(random, 3) + "}\n";
  } else if (type == "temporal_ordered") {
    if (random.chance(60)) body += "  condition: " + kSequences[random.below(3)] + "\n";
  } else if (type == "event_count") {
    body += "  condition: {" + random_limits(random, 5) + "}\n";
  } else {
    const bool percentile = type == "value_percentile";
    body += fmt::format("  condition: {{{}, field: n{}}}\n", random_limits(random, 6),
                        percentile ? fmt::format(", percentile: {}", 25 * random.below(5)) : "");
  }
  return correlation(body);
}

std::vector<ReferenceEvent> random_events(Random& random) {
  static const std::vector<std::string> kGroups = {"x", "X", "y"};
  std::vector<ReferenceEvent> events;
  const std::size_t count = random.below(40);
  for (std::size_t i = 0; i < count; ++i) {
    ReferenceEvent event{random.below(3), static_cast<std::int64_t>(random.below(60)), i, {}};
    for (const char* group : {"g", "h"}) {
      if (random.chance(90)) event.fields[group] = kGroups[random.below(3)];
    }
    for (const char* number : {"n", "m"}) {
      if (random.chance(90))
        event.fields[number] = random.chance(5) ? "none" : fmt::format("{}", random.below(5));
    }
    events.push_back(event);
    if (random.chance(10)) events.push_back({(event.base + 1) % 3, event.seconds, i, event.fields});
  }
  return events;
}

std::vector<ReferenceStretch> as_reference(const std::vector<CorrelationMatch>& matches) {
  std::vector<ReferenceStretch> stretches;
  for (const CorrelationMatch& match : matches) {
    ReferenceStretch stretch{{},
                             match.first.time_since_epoch().count() / 1000000,
                             match.last.time_since_epoch().count() / 1000000,
                             match.count,
                             match.value};
    for (const auto& [name, value] : match.group) stretch.group[name] = to_lower_ascii(value);
    stretches.push_back(stretch);
  }
  std::ranges::sort(stretches, {}, [](const ReferenceStretch& stretch) {
    return std::tuple(stretch.first, stretch.last, stretch.group);
  });
  return stretches;
}

TEST(CorrelationEngine, AgreesWithThePlainReadingOnRandomMatches) {
  std::size_t stretches = 0;
  for (unsigned seed = 1; seed <= 6000; ++seed) {
    Random random(seed);
    const std::string document = random_correlation(random);
    const RuleSet set = load(document);
    ASSERT_EQ(set.correlations.size(), 1U) << document;
    const auto events = random_events(random);
    const auto expected = reference_stretches(set.correlations[0], events);
    ASSERT_EQ(as_reference(evaluate(set, events)) == expected, true)
        << "seed " << seed << document << testing::PrintToString(told(evaluate(set, events)));
    stretches += expected.size();
  }
  EXPECT_GT(stretches, 6000U);
}

TEST(CorrelationEngine, TheOrderInWhichMatchesComeDoesNotMatter) {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    Random random(seed);
    const RuleSet set = load(random_correlation(random));
    auto events = random_events(random);
    const auto before = evaluate(set, events);
    std::mt19937 shuffler(seed);
    std::ranges::shuffle(events, shuffler);
    const auto after = evaluate(set, events);
    ASSERT_EQ(told(after), told(before)) << "seed " << seed;
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(after[i].references, before[i].references);
  }
}

}  // namespace
}  // namespace afterpatch::detect::sigma

#include "detect/sigma/correlation_resolver.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string rule(const std::string& id, const std::string& more = {}) {
  return "---\ntitle: T\nid: " + id + "\n" + more +
         "logsource:\n  category: webserver\ndetection:\n  s:\n    a: x\n  condition: s\n";
}

std::string temporal(const std::string& id, const std::string& rules, const std::string& more = {}) {
  return "---\ntitle: C\nid: " + id + "\ncorrelation:\n  type: temporal\n  timespan: 1h\n  rules: " + rules +
         "\n" + more;
}

std::string reason_for(const RuleSet& set, const std::string& id) {
  for (const RefusedRule& refused : set.refused) {
    if (refused.rule == id) return fmt::format("{}:{}: {}", refused.file, refused.line, refused.reason);
  }
  return "not refused";
}

TEST(CorrelationResolver, FindsRulesByIdAndByName) {
  const RuleSet set =
      parse_rules(rule("a") + rule("b", "name: second\n") + temporal("c", "[second, a]"), "x");
  ASSERT_EQ(set.correlations.size(), 1U) << reason_for(set, "c");
  EXPECT_EQ(set.correlations[0].bases[0].index, 1U);
  EXPECT_EQ(set.correlations[0].bases[1].index, 0U);
}

TEST(CorrelationResolver, PutsACorrelationBehindThoseThatItNames) {
  const RuleSet set = parse_rules(
      rule("a") + temporal("top", "[mid]") + temporal("mid", "[low, a]") + temporal("low", "[a]"), "x");
  ASSERT_EQ(set.correlations.size(), 3U);
  EXPECT_EQ(set.correlations[0].id, "low");
  EXPECT_EQ(set.correlations[1].id, "mid");
  EXPECT_EQ(set.correlations[2].id, "top");
  EXPECT_TRUE(set.correlations[2].bases[0].is_correlation);
  EXPECT_EQ(set.correlations[2].bases[0].index, 1U);
}

TEST(CorrelationResolver, RefusesRulesThatAreNotLoadedByName) {
  const RuleSet set = parse_rules(rule("a") + temporal("c", "[a, zzz]"), "x");
  EXPECT_TRUE(set.correlations.empty());
  EXPECT_EQ(reason_for(set, "c"), "x:11: the correlation names the rule 'zzz', which is not loaded");
}

TEST(CorrelationResolver, SaysWhichBaseRuleWasRefused) {
  const RuleSet set = parse_rules(rule("a") + rule("b", "name: bad\nlevel: nonsense\n") +
                                      temporal("c", "[a, bad]") + temporal("d", "[c]"),
                                  "x");
  EXPECT_TRUE(set.correlations.empty());
  EXPECT_THAT(reason_for(set, "c"), HasSubstr("names the rule 'bad', which was refused (x:14)"));
  EXPECT_THAT(reason_for(set, "d"), HasSubstr("names the rule 'c', which was refused (x:"));
}

TEST(CorrelationResolver, RefusesCircles) {
  const RuleSet set =
      parse_rules(rule("a") + temporal("c", "[a, d]") + temporal("d", "[e]") + temporal("e", "[c]"), "x");
  EXPECT_TRUE(set.correlations.empty());
  EXPECT_EQ(set.refused.size(), 3U);
  EXPECT_THAT(reason_for(set, "e"), HasSubstr("leads back to itself"));
}

TEST(CorrelationResolver, RefusesChainsWithoutEnd) {
  std::string text = rule("r");
  for (int i = 0; i < 2000; ++i) text += temporal(fmt::format("c{}", i), fmt::format("[c{}]", i + 1));
  text += temporal("c2000", "[r]");
  const RuleSet set = parse_rules(text, "x");
  EXPECT_THAT(reason_for(set, "c0"), HasSubstr("refused"));
  EXPECT_THAT(reason_for(set, "c32"), HasSubstr("chained deeper than 32 levels"));
}

TEST(CorrelationResolver, RefusesANameOfSeveralRules) {
  const RuleSet set =
      parse_rules(rule("a", "name: same\n") + rule("b", "name: same\n") + temporal("c", "[same]"), "x");
  EXPECT_THAT(reason_for(set, "c"), HasSubstr("'same' stands for several rules"));
}

TEST(CorrelationResolver, RefusesARuleNamedTwice) {
  const RuleSet set = parse_rules(rule("a", "name: n\n") + temporal("c", "[a, n]"), "x");
  EXPECT_THAT(reason_for(set, "c"), HasSubstr("names the rule 'n' twice"));
}

TEST(CorrelationResolver, GivesEachRuleItsOwnFieldForAnAlias) {
  const RuleSet set =
      parse_rules(rule("a") + rule("b") +
                      temporal("c", "[a, b]",
                               "  group-by: [ip, cs-host]\n  aliases:\n    ip:\n      a: c-ip\n"
                               "      b: ClientIpAddress\n"),
                  "x");
  ASSERT_EQ(set.correlations.size(), 1U) << reason_for(set, "c");
  EXPECT_THAT(set.correlations[0].bases[0].group_by, ElementsAre("c-ip", "cs-host"));
  EXPECT_THAT(set.correlations[0].bases[1].group_by, ElementsAre("ClientIpAddress", "cs-host"));
}

TEST(CorrelationResolver, RefusesAnAliasThatLeavesOutARuleOrNamesAStranger) {
  const std::string two = rule("a") + rule("b");
  EXPECT_THAT(
      reason_for(
          parse_rules(two + temporal("c", "[a, b]", "  group-by: [ip]\n  aliases: {ip: {a: c-ip}}\n"), "x"),
          "c"),
      HasSubstr("the alias 'ip' names no field for the rule 'b'"));
  EXPECT_THAT(
      reason_for(parse_rules(
                     two + temporal("c", "[a]", "  group-by: [ip]\n  aliases: {ip: {a: c-ip, b: x}}\n"), "x"),
                 "c"),
      HasSubstr("the alias 'ip' names the rule 'b', which is not one of"));
}

TEST(CorrelationResolver, RefusesAFieldThatAChainedCorrelationIsNotGroupedBy) {
  const std::string low = rule("a") + temporal("low", "[a]", "  group-by: [user]\n");
  EXPECT_THAT(reason_for(parse_rules(low + temporal("top", "[low]", "  group-by: [c-ip]\n"), "x"), "top"),
              HasSubstr("the field 'c-ip' has no value in the correlation 'low'"));
  EXPECT_EQ(parse_rules(low + temporal("top", "[low]", "  group-by: [user]\n"), "x").correlations.size(), 2U);
}

TEST(CorrelationResolver, HidesBaseRulesUnlessSomebodyGeneratesThem) {
  const RuleSet set = parse_rules(rule("a") + rule("b") + rule("free") + temporal("c", "[a, b]") +
                                      temporal("d", "[b]", "  generate: true\n") + temporal("e", "[c]"),
                                  "x");
  ASSERT_EQ(set.correlations.size(), 3U);
  EXPECT_FALSE(set.rules[0].shown_alone);
  EXPECT_TRUE(set.rules[1].shown_alone);
  EXPECT_TRUE(set.rules[2].shown_alone);
  EXPECT_FALSE(set.correlations[0].shown_alone);
  EXPECT_TRUE(set.correlations[1].shown_alone);
  EXPECT_TRUE(set.correlations[2].shown_alone);
}

TEST(CorrelationResolver, ARefusedCorrelationHidesNothing) {
  const RuleSet set = parse_rules(rule("a") + temporal("c", "[a, zzz]"), "x");
  EXPECT_TRUE(set.rules[0].shown_alone);
}

TEST(CorrelationResolver, RefusesASecondDocumentWithTheSameId) {
  const RuleSet set = parse_rules(rule("a") + temporal("a", "[a]"), "x");
  EXPECT_THAT(reason_for(set, "a"), HasSubstr("a rule with this id was already loaded from x:2"));
}

}  // namespace
}  // namespace afterpatch::detect::sigma

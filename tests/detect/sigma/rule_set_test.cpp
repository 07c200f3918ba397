#include "detect/sigma/rule_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "detect/sigma/map_event.h"

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDetection = "  s:\n    a: x\n  condition: s\n";

std::string reason_of(const RuleSet& set) {
  return set.refused.size() == 1 ? fmt::format("{}: {}", set.refused[0].line, set.refused[0].reason)
                                 : "not one refused rule";
}

std::string refusal(const std::string& detection) {
  return reason_of(load_detection(detection));
}

std::string rule(const std::string& id, const std::string& more = {}) {
  return "title: T " + id + "\nid: " + id + "\n" + more + "logsource:\n  category: webserver\ndetection:\n" +
         kDetection;
}

TEST(RuleSet, ReadsWhatARuleSaysOfItself) {
  const RuleSet set = parse_rules(
      "title: A title\nid: abc\nname: short\nstatus: test\nlevel: High\nauthor: me\ndate: 2021-03-03\n"
      "tags: [attack.t1505.003, attack.persistence, cve.2021-26855]\nreferences:\n  - "
      "https://example.org\nfalsepositives: none\n"
      "custom: whatever\nlogsource:\n  product: Exchange\n  service: ecp-server\n  definition: "
      "text\ndetection:\n" +
          kDetection,
      "x.yml");
  ASSERT_EQ(set.rules.size(), 1U) << reason_of(set);
  const Rule& r = set.rules[0];
  EXPECT_EQ(r.title, "A title");
  EXPECT_EQ(r.identity(), "abc");
  EXPECT_EQ(r.level, "high");
  EXPECT_EQ(r.file, "x.yml");
  EXPECT_EQ(r.line, 1U);
  EXPECT_EQ(r.log_source, (LogSource{"", "exchange", "ecp-server"}));
  EXPECT_THAT(r.techniques(), ElementsAre("T1505.003"));
  EXPECT_THAT(r.references, ElementsAre("https://example.org"));
  EXPECT_THAT(r.false_positives, ElementsAre("none"));
  EXPECT_FALSE(r.meaning.has_value());
}

TEST(RuleSet, ReadsTheMeaningForTheVerdict) {
  const RuleSet set = parse_rules(
      rule("a", "afterpatch:\n  step: session\n  confidence: confirmed\n  cves: [CVE-2021-26855]\n"), "x");
  ASSERT_EQ(set.rules.size(), 1U) << reason_of(set);
  ASSERT_TRUE(set.rules[0].meaning.has_value());
  EXPECT_EQ(set.rules[0].meaning->step, Step::session);
  EXPECT_EQ(set.rules[0].meaning->confidence, Confidence::confirmed);
  EXPECT_THAT(set.rules[0].meaning->cves, ElementsAre("CVE-2021-26855"));
}

TEST(RuleSet, RefusesAWrongWordInTheMeaningByItsLine) {
  EXPECT_THAT(reason_of(parse_rules(rule("a", "afterpatch:\n  step: sesion\n"), "x")),
              HasSubstr("4: unknown step 'sesion'; expected one of: context, probe"));
  EXPECT_THAT(reason_of(parse_rules(rule("a", "afterpatch:\n  confidence: sure\n"), "x")),
              HasSubstr("unknown confidence 'sure'"));
  EXPECT_THAT(reason_of(parse_rules(rule("a", "afterpatch:\n  stage: x\n"), "x")),
              HasSubstr("unknown key 'stage' in 'afterpatch'"));
  EXPECT_THAT(reason_of(parse_rules(rule("a", "afterpatch:\n  cves: [26855]\n"), "x")),
              HasSubstr("not a CVE id"));
}

TEST(RuleSet, OneBadDocumentNeverStopsTheOthers) {
  const RuleSet set =
      parse_rules(rule("a") + "---\ntitle: [broken\n---\n" + rule("b") + "---\n" + rule("c", "level: hgih\n"),
                  "many.yml");
  ASSERT_EQ(set.rules.size(), 2U);
  EXPECT_EQ(set.rules[0].id, "a");
  EXPECT_EQ(set.rules[1].id, "b");
  ASSERT_EQ(set.refused.size(), 2U);
  EXPECT_THAT(set.refused[0].reason, HasSubstr("not readable as YAML"));
  EXPECT_EQ(set.refused[1].rule, "c");
  EXPECT_THAT(set.refused[1].reason, HasSubstr("unknown level 'hgih'"));
}

TEST(RuleSet, LinesAreThoseOfTheFile) {
  const RuleSet set = parse_rules(rule("a") + "---\n" + rule("b", "level: wrong\n"), "x");
  ASSERT_EQ(set.refused.size(), 1U);
  EXPECT_EQ(set.refused[0].line, 12U);
}

TEST(RuleSet, ReadsWindowsLineEndsAndAByteOrderMark) {
  std::string text = "\xEF\xBB\xBF" + rule("a");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  EXPECT_EQ(parse_rules(text, "x").rules.size(), 1U);
}

TEST(RuleSet, RefusesDuplicateKeys) {
  EXPECT_EQ(refusal("  s:\n    a: x\n    a: y\n  condition: s\n"),
            "8: not readable as YAML: the key 'a' stands twice");
}

TEST(RuleSet, RefusesWhatIsMissing) {
  EXPECT_THAT(reason_of(parse_rules("title: T\ndetection:\n" + kDetection, "x")),
              HasSubstr("no 'logsource'"));
  EXPECT_THAT(reason_of(parse_rules("title: T\nlogsource: {}\ndetection:\n" + kDetection, "x")),
              HasSubstr("at least one of"));
  EXPECT_THAT(reason_of(parse_rules("title: T\nlogsource: {category: a}\n", "x")),
              HasSubstr("no 'detection'"));
  EXPECT_THAT(refusal("  condition: s\n"), HasSubstr("no selection"));
  EXPECT_THAT(refusal("  s:\n    a: x\n"), HasSubstr("no 'condition'"));
  EXPECT_THAT(refusal("  s: {}\n  condition: s\n"), HasSubstr("a selection is empty"));
}

TEST(RuleSet, RefusesModifiersThatDoNotFit) {
  EXPECT_EQ(refusal("  s:\n    a|kontains: x\n  condition: s\n"), "7: unknown modifier 'kontains'");
  EXPECT_THAT(refusal("  s:\n    a|contains: null\n  condition: s\n"),
              HasSubstr("needs text, but the value is null"));
  EXPECT_THAT(refusal("  s:\n    a|contains|re: x\n  condition: s\n"), HasSubstr("must come first"));
  EXPECT_THAT(refusal("  s:\n    a|i: x\n  condition: s\n"), HasSubstr("goes with 're' only"));
  EXPECT_THAT(refusal("  s:\n    a|gt: x\n  condition: s\n"), HasSubstr("needs a number"));
  EXPECT_THAT(refusal("  s:\n    a|exists: 1\n  condition: s\n"), HasSubstr("needs true or false"));
  EXPECT_THAT(refusal("  s:\n    '|exists': true\n  condition: s\n"), HasSubstr("needs a field"));
  EXPECT_THAT(refusal("  s:\n    a|cidr: 10.1.0.0/8\n  condition: s\n"), HasSubstr("not a network"));
  EXPECT_THAT(refusal("  s:\n    a|base64: 'x*'\n  condition: s\n"), HasSubstr("does not go with wildcards"));
  EXPECT_THAT(refusal("  s:\n    a|fieldref: 'x*'\n  condition: s\n"),
              HasSubstr("does not go with wildcards"));
  EXPECT_THAT(refusal("  s:\n    a: {b: c}\n  condition: s\n"), HasSubstr("must be a value or a list"));
  EXPECT_THAT(refusal("  s:\n    - null\n  condition: s\n"), HasSubstr("null needs a field"));
}

TEST(RuleSet, RefusesExpressionsThatRe2CannotRun) {
  EXPECT_THAT(refusal("  s:\n    a|re: '(?=x)'\n  condition: s\n"),
              HasSubstr("not a regular expression that RE2 can run"));
  EXPECT_THAT(refusal("  s:\n    a|re: '(a'\n  condition: s\n"), HasSubstr("missing )"));
}

TEST(RuleSet, RefusesPlaceholdersWithoutValue) {
  EXPECT_THAT(refusal("  s:\n    a|expand: '%who%'\n  condition: s\n"),
              HasSubstr("the placeholder %who% has no value"));
}

TEST(RuleSet, RefusesWhatSigma2Removed) {
  EXPECT_THAT(refusal("  s:\n    a: x\n  condition: s | count() > 3\n"), HasSubstr("removed from Sigma 2"));
  EXPECT_THAT(refusal("  s:\n    a: x\n  timeframe: 5m\n  condition: s\n"), HasSubstr("Sigma 1"));
  EXPECT_THAT(reason_of(parse_rules("action: global\ntitle: T\n", "x")), HasSubstr("'action'"));
}

TEST(RuleSet, BoundsDepthSizeAndAliases) {
  EXPECT_THAT(refusal("  s: " + std::string(60, '[') + "a" + std::string(60, ']') + "\n  condition: s\n"),
              HasSubstr("nested deeper"));
  std::string laughs = "  s: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    laughs += fmt::format("  s{}: &a{} [", i, i);
    for (int j = 0; j < 10; ++j) laughs += fmt::format("{}*a{}", j == 0 ? "" : ", ", i - 1);
    laughs += "]\n";
  }
  EXPECT_THAT(refusal(laughs + "  condition: s\n"), HasSubstr("more than 100000 values"));
  EXPECT_THAT(refusal("  s: &a [*a]\n  condition: s\n"), HasSubstr("contains itself"));
}

TEST(RuleSet, AnchorsAndAliasesWork) {
  const RuleSet set = load_detection("  s:\n    a: &list [x, y]\n  t:\n    b: *list\n  condition: s and t\n");
  ASSERT_EQ(set.rules.size(), 1U) << reason_of(set);
  EXPECT_TRUE(rule_matches(set.rules[0], {{"a", {"x"}}, {"b", {"y"}}}));
}

TEST(RuleSet, RefusesASecondRuleWithTheSameId) {
  const RuleSet set = parse_rules(rule("a") + "---\n" + rule("a"), "x.yml");
  EXPECT_EQ(set.rules.size(), 1U);
  EXPECT_THAT(reason_of(set), HasSubstr("already loaded from x.yml:1"));
}

TEST(RuleSet, NotSigmaAtAll) {
  EXPECT_THAT(reason_of(parse_rules("just text\n", "x")), HasSubstr("must be a map"));
  EXPECT_TRUE(parse_rules("", "x").refused.empty());
  EXPECT_TRUE(parse_rules("---\n---\n", "x").refused.empty());
  EXPECT_THAT(reason_of(parse_rules(std::string("\0\x01\x02", 3), "x")), HasSubstr(""));
}

// --- filters (A9: as pySigma reads them) ---

std::string filter(const std::string& rules, const std::string& condition) {
  return "---\ntitle: F\nid: f\nlogsource:\n  category: webserver\nfilter:\n  rules: " + rules +
         "\n  sel:\n    user: admin\n  condition: " + condition + "\n";
}

TEST(RuleSet, AFilterIsAddedToTheRulesThatItNames) {
  const RuleSet set = parse_rules(rule("a") + "---\n" + rule("b") + filter("[a]", "not sel"), "x");
  ASSERT_EQ(set.rules.size(), 2U);
  EXPECT_TRUE(set.refused.empty());
  EXPECT_TRUE(set.notices.empty());
  const Fields admin = {{"a", {"x"}}, {"user", {"admin"}}};
  EXPECT_FALSE(rule_matches(set.rules[0], admin));
  EXPECT_TRUE(rule_matches(set.rules[0], {{"a", {"x"}}}));
  EXPECT_TRUE(rule_matches(set.rules[1], admin));
}

TEST(RuleSet, A9AFilterWithoutNotIsAppliedAsWrittenWithANotice) {
  const RuleSet set = parse_rules(rule("a") + filter("any", "sel"), "x");
  ASSERT_EQ(set.notices.size(), 1U);
  EXPECT_THAT(set.notices[0].text, HasSubstr("has no 'not'"));
  EXPECT_FALSE(rule_matches(set.rules[0], {{"a", {"x"}}}));
}

TEST(RuleSet, AFilterTouchesOnlyItsLogSource) {
  const RuleSet set = parse_rules(
      "title: T\nid: a\nlogsource:\n  category: proxy\ndetection:\n" + kDetection + filter("any", "not sel"),
      "x");
  EXPECT_THAT(reason_of(set), HasSubstr("touches no loaded rule"));
}

TEST(RuleSet, SelectorsOfTheRuleCannotCatchTheFiltersSelections) {
  const std::string broad =
      "title: T\nid: a\nlogsource:\n  category: webserver\ndetection:\n  sel_a:\n    a: x\n  condition: 1 of "
      "sel*\n";
  const RuleSet set = parse_rules(broad + filter("any", "not sel"), "x");
  ASSERT_EQ(set.rules.size(), 1U);
  EXPECT_FALSE(rule_matches(set.rules[0], {{"user", {"admin"}}}));
}

// --- correlations ---

std::string correlation(const std::string& body) {
  return "---\ntitle: C\nid: c\nname: cn\ncorrelation:\n" + body;
}

TEST(RuleSet, ACorrelationFindsTheRulesThatItNames) {
  const RuleSet set = parse_rules(
      rule("a") + correlation("  type: event_count\n  rules: [a]\n  group-by: [c-ip]\n  "
                              "timespan: 5m\n  condition:\n    gte: 10\n    lte: 20\nlevel: high\ntags: "
                              "[attack.t1110]\nafterpatch:\n  step: probe\n"),
      "x");
  ASSERT_EQ(set.correlations.size(), 1U) << reason_of(set);
  const Correlation& c = set.correlations[0];
  EXPECT_EQ(c.identity(), "c");
  EXPECT_EQ(c.level, "high");
  EXPECT_THAT(c.tags, ElementsAre("attack.t1110"));
  ASSERT_TRUE(c.meaning);
  EXPECT_EQ(c.meaning->step, Step::probe);
  EXPECT_EQ(c.timespan_seconds, 300);
  EXPECT_EQ(c.limits.size(), 2U);
  ASSERT_EQ(c.bases.size(), 1U);
  EXPECT_FALSE(c.bases[0].is_correlation);
  EXPECT_EQ(c.bases[0].index, 0U);
  EXPECT_THAT(c.bases[0].group_by, ElementsAre("c-ip"));
}

std::string correlation_refusal(const std::string& body) {
  return reason_of(parse_rules(rule("a") + correlation(body), "x"));
}

TEST(RuleSet, AcceptsEveryCorrelationType) {
  for (const char* body :
       {"  type: temporal\n  rules: [a]\n  timespan: 1h\n",
        "  type: temporal_ordered\n  rules: [a]\n  group-by: x\n  timespan: 1d\n  condition: a\n",
        "  type: value_count\n  rules: [a]\n  timespan: 30s\n  condition: {gt: 3, field: [user, host]}\n",
        "  type: value_sum\n  rules: a\n  timespan: 1w\n  condition: {gt: 3, field: user}\n",
        "  type: value_avg\n  rules: [a]\n  timespan: 1M\n  generate: true\n  condition: {lt: 3, field: u}\n",
        "  type: value_median\n  rules: [a]\n  timespan: 1y\n  condition: {eq: 3, field: user}\n",
        "  type: value_percentile\n  rules: [a]\n  timespan: 1h\n  aliases: {ip: {a: c-ip}}\n  condition: "
        "{neq: 3, field: user, percentile: 95}\n"}) {
    const RuleSet set = parse_rules(rule("a") + correlation(body), "x");
    EXPECT_EQ(set.correlations.size(), 1U) << body << reason_of(set);
  }
}

TEST(RuleSet, RefusesWrongCorrelations) {
  EXPECT_THAT(correlation_refusal("  type: count\n  rules: [a]\n  timespan: 1h\n"),
              HasSubstr("unknown correlation type"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [a]\n  timespan: 1 hour\n"),
              HasSubstr("not a timespan"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [a]\n"), HasSubstr("needs a 'timespan'"));
  EXPECT_THAT(correlation_refusal("  type: event_count\n  rules: [a]\n  timespan: 1h\n"),
              HasSubstr("needs a 'condition'"));
  EXPECT_THAT(
      correlation_refusal("  type: event_count\n  rules: [a]\n  timespan: 1h\n  condition: {field: x}\n"),
      HasSubstr("needs one of gt"));
  EXPECT_THAT(
      correlation_refusal("  type: value_count\n  rules: [a]\n  timespan: 1h\n  condition: {gt: 1}\n"),
      HasSubstr("needs a 'field'"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [zzz]\n  timespan: 1h\n"),
              HasSubstr("'zzz', which is not loaded"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [a, b]\n  timespan: 1h\n  condition: a\n"),
              HasSubstr("'b' is listed but not in the condition"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  timespan: 1h\n"), HasSubstr("needs 'rules'"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [a]\n  groupby: x\n  timespan: 1h\n"),
              HasSubstr("16: unknown key 'groupby' in 'correlation'"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [a]\n  generate: maybe\n  timespan: 1h\n"),
              HasSubstr("'generate' must be true or false"));
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [a]\n  timespan: 2000000000y\n"),
              HasSubstr("longer than 10,000 years"));
  EXPECT_THAT(correlation_refusal(
                  "  type: value_avg\n  rules: [a]\n  timespan: 1h\n  condition: {gt: 1, field: [u, v]}\n"),
              HasSubstr("only value_count takes several fields"));
  EXPECT_THAT(correlation_refusal(
                  "  type: value_percentile\n  rules: [a]\n  timespan: 1h\n  condition: {gt: 1, field: u}\n"),
              HasSubstr("needs 'percentile'"));
  EXPECT_THAT(
      correlation_refusal("  type: temporal_ordered\n  rules: [a]\n  timespan: 1h\n  condition: {gt: 1}\n"),
      HasSubstr("takes no numbers"));
  EXPECT_THAT(
      correlation_refusal("  type: temporal_ordered\n  rules: [a, b]\n  timespan: 1h\n  condition: a or b\n"),
      HasSubstr("must be names"));
}

TEST(RuleSet, DoesNotReadForEverWhereADocumentBeginsWithAComma) {
  const RuleSet set = parse_rules("\n\n,\xC0", "comma.yml");
  EXPECT_TRUE(set.rules.empty());
  ASSERT_EQ(set.refused.size(), 1U);
  EXPECT_EQ(set.refused[0].file, "comma.yml");
}

TEST(RuleSet, RefusesCorrelationsThatLeadBackToThemselves) {
  EXPECT_THAT(correlation_refusal("  type: temporal\n  rules: [a, cn]\n  timespan: 1h\n"),
              HasSubstr("leads back to itself"));
}

// --- files ---

class RuleFolder : public testing::Test {
 protected:
  RuleFolder()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("afterpatch_sigma_rules_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "sub");
  }
  ~RuleFolder() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  std::filesystem::path folder_;
};

TEST_F(RuleFolder, IsSearchedInTheOrderOfPaths) {
  write("b.yml", rule("b"));
  write("a.YAML", rule("a"));
  write("sub/c.yml", rule("c"));
  write("readme.txt", "not a rule");
  const RuleSet set = load_rules({folder_});
  ASSERT_EQ(set.rules.size(), 3U);
  EXPECT_EQ(set.rules[0].id + set.rules[1].id + set.rules[2].id, "abc");
  EXPECT_TRUE(set.refused.empty());
}

TEST_F(RuleFolder, AMissingFileIsRefusedByName) {
  const RuleSet set = load_rules({folder_ / "none.yml"});
  ASSERT_EQ(set.refused.size(), 1U);
  EXPECT_EQ(set.refused[0].file, (folder_ / "none.yml").string());
}

// Every active rule of a SigmaHQ checkout loads, but for those that need values of the site.
TEST(SigmaHq, EveryActiveRuleLoads) {
  const char* checkout = std::getenv("AFTERPATCH_SIGMAHQ");
  if (checkout == nullptr) GTEST_SKIP() << "AFTERPATCH_SIGMAHQ names no checkout of SigmaHQ's rules";
  std::vector<std::filesystem::path> folders;
  for (const char* name :
       {"rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder"}) {
    const auto folder = std::filesystem::path(checkout) / name;
    if (std::filesystem::exists(folder)) folders.push_back(folder);
  }
  const RuleSet set = load_rules(folders);
  EXPECT_GT(set.rules.size(), 3000U);
  for (const RefusedRule& refused : set.refused) {
    EXPECT_THAT(refused.reason, HasSubstr("the placeholder")) << refused.file << ":" << refused.line;
  }
}

}  // namespace
}  // namespace afterpatch::detect::sigma

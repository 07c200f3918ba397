// What rules mean: the specification's features, and the choices where implementations disagree
// (docs/sigma.md, A1 to A16).
#include <gtest/gtest.h>

#include <string>

#include "detect/sigma/map_event.h"

namespace afterpatch::detect::sigma {
namespace {

bool hits(const std::string& detection, const Fields& fields, const std::string& line = {}) {
  const RuleSet set = load_detection(detection);
  EXPECT_EQ(set.rules.size(), 1U) << (set.refused.empty() ? "" : set.refused[0].reason);
  return set.rules.size() == 1 && rule_matches(set.rules[0], fields, line);
}

bool item_hits(const std::string& item, const Fields& fields) {
  return hits("  s:\n    " + item + "\n  condition: s\n", fields);
}

TEST(SigmaEvaluation, AMapIsAllOfItsItems) {
  const std::string rule = "  s:\n    a: 1\n    b: 2\n  condition: s\n";
  EXPECT_TRUE(hits(rule, {{"a", {"1"}}, {"b", {"2"}}}));
  EXPECT_FALSE(hits(rule, {{"a", {"1"}}}));
}

TEST(SigmaEvaluation, AListOfMapsIsAnyOfThem) {
  const std::string rule = "  s:\n    - a: x\n      b: y\n    - c: z\n  condition: s\n";
  EXPECT_TRUE(hits(rule, {{"c", {"z"}}}));
  EXPECT_TRUE(hits(rule, {{"a", {"x"}}, {"b", {"y"}}}));
  EXPECT_FALSE(hits(rule, {{"a", {"x"}}}));
}

TEST(SigmaEvaluation, AMixedListIsAnyOfKeywordsAndMaps) {
  const std::string rule = "  s:\n    - needle\n    - c: z\n  condition: s\n";
  EXPECT_TRUE(hits(rule, {{"c", {"z"}}}));
  EXPECT_TRUE(hits(rule, {{"x", {"a Needle in"}}}));
  EXPECT_FALSE(hits(rule, {{"x", {"hay"}}}));
}

TEST(SigmaEvaluation, AListOfValuesIsAnyAndWithAllEvery) {
  EXPECT_TRUE(item_hits("a: [x, y]", {{"a", {"Y"}}}));
  EXPECT_TRUE(item_hits("a|contains|all: [x, y]", {{"a", {"-y-x-"}}}));
  EXPECT_FALSE(item_hits("a|contains|all: [x, y]", {{"a", {"-y-"}}}));
  EXPECT_TRUE(item_hits("a|all: x", {{"a", {"x"}}}));
}

TEST(SigmaEvaluation, AListOfConditionsIsAnyOfThem) {
  const std::string rule = "  s:\n    a: x\n  t:\n    a: y\n  condition:\n    - s\n    - t\n";
  EXPECT_TRUE(hits(rule, {{"a", {"y"}}}));
  EXPECT_FALSE(hits(rule, {{"a", {"z"}}}));
}

TEST(SigmaEvaluation, ModifiersSayWhereAValueStands) {
  EXPECT_TRUE(item_hits("a|startswith: ab", {{"a", {"ABc"}}}));
  EXPECT_FALSE(item_hits("a|startswith: ab", {{"a", {"cab"}}}));
  EXPECT_TRUE(item_hits("a|endswith: ab", {{"a", {"cAb"}}}));
  EXPECT_FALSE(item_hits("a|endswith: ab", {{"a", {"abc"}}}));
  EXPECT_TRUE(item_hits("a|contains: ab", {{"a", {"cabd"}}}));
  EXPECT_FALSE(item_hits("a: ab", {{"a", {"cab"}}}));
  EXPECT_TRUE(item_hits(R"(a|contains: 'C:\Windows\')", {{"a", {R"(x C:\windows\y)"}}}));
}

TEST(SigmaEvaluation, ValuesWithQuestionMarksAreWildcards) {
  EXPECT_TRUE(item_hits("a|contains: '?cmd='", {{"a", {"x?cmd=1"}}}));
  EXPECT_TRUE(item_hits("a|contains: '?cmd='", {{"a", {"x&cmd=1"}}}));
  EXPECT_FALSE(item_hits(R"(a|contains: '\?cmd=')", {{"a", {"x&cmd=1"}}}));
}

// A1: two-valued. A test of an absent field is false, so its negation is true.
TEST(SigmaEvaluation, A1AnAbsentFieldFailsEveryTestButNull) {
  EXPECT_FALSE(item_hits("a: x", {}));
  EXPECT_FALSE(item_hits("a|re: '.*'", {}));
  EXPECT_FALSE(item_hits("a: '*'", {}));
  EXPECT_FALSE(item_hits("a: ''", {}));
  EXPECT_TRUE(item_hits("a: null", {}));
  EXPECT_FALSE(item_hits("a: null", {{"a", {"x"}}}));
  EXPECT_FALSE(item_hits("a: null", {{"a", {""}}}));
  EXPECT_TRUE(item_hits("a|neq: x", {}));
}

TEST(SigmaEvaluation, A1AFilterWhoseFieldIsAbsentDoesNotFilter) {
  const std::string rule = "  s:\n    a: x\n  filter_1:\n    b: y\n  condition: s and not 1 of filter_*\n";
  EXPECT_TRUE(hits(rule, {{"a", {"x"}}}));
  EXPECT_FALSE(hits(rule, {{"a", {"x"}}, {"b", {"y"}}}));
}

TEST(SigmaEvaluation, A1bTheEmptyTextIsPresentAndEmpty) {
  EXPECT_TRUE(item_hits("a: ''", {{"a", {""}}}));
  EXPECT_FALSE(item_hits("a: ''", {{"a", {"-"}}}));
  EXPECT_TRUE(item_hits("a: '*'", {{"a", {""}}}));
}

TEST(SigmaEvaluation, ExistsAsksForPresenceOnly) {
  EXPECT_TRUE(item_hits("a|exists: true", {{"a", {""}}}));
  EXPECT_FALSE(item_hits("a|exists: true", {}));
  EXPECT_TRUE(item_hits("a|exists: false", {}));
  EXPECT_FALSE(item_hits("a|exists: false", {{"a", {"x"}}}));
}

TEST(SigmaEvaluation, A2CaseIsIgnoredUnlessCased) {
  EXPECT_TRUE(item_hits("a: \xC3\x89t\xC3\xA9", {{"a", {"\xC3\xA9T\xC3\x89"}}}));
  EXPECT_FALSE(item_hits("a|cased: Abc", {{"a", {"abc"}}}));
  EXPECT_TRUE(item_hits("a|contains|cased: Abc", {{"a", {"xAbc"}}}));
}

TEST(SigmaEvaluation, A3WildcardsInsideAreAnchoredAndCrossLines) {
  EXPECT_TRUE(item_hits("a: 'x*y'", {{"a", {"x\ny"}}}));
  EXPECT_FALSE(item_hits("a: 'x*y'", {{"a", {"ax-y"}}}));
  EXPECT_FALSE(item_hits("a: 'x?y'", {{"a", {"xy"}}}));
}

TEST(SigmaEvaluation, A4NumbersCompareAsNumbersWhenTheFieldIsOne) {
  EXPECT_TRUE(item_hits("a: 200", {{"a", {"200"}}}));
  EXPECT_TRUE(item_hits("a: 200", {{"a", {"200.0"}}}));
  EXPECT_FALSE(item_hits("a: '200'", {{"a", {"200.0"}}}));
  EXPECT_FALSE(item_hits("a: 16", {{"a", {"0x10"}}}));
  EXPECT_TRUE(item_hits("a: 0x10", {{"a", {"0x10"}}}));
  EXPECT_TRUE(item_hits("a: 0x10", {{"a", {"16"}}}));
  EXPECT_FALSE(item_hits("a: 9007199254740993", {{"a", {"9007199254740992"}}}));
}

TEST(SigmaEvaluation, A4BooleansAreTheWords) {
  EXPECT_TRUE(item_hits("a: true", {{"a", {"True"}}}));
  EXPECT_FALSE(item_hits("a: true", {{"a", {"1"}}}));
  EXPECT_FALSE(item_hits("a: yes", {{"a", {"true"}}}));  // YAML 1.2: `yes` is text
}

TEST(SigmaEvaluation, A5WindashTakesAnyDashAtTheStartOfAWord) {
  EXPECT_TRUE(item_hits("a|contains|windash: ' -enc '", {{"a", {"x /ENC y"}}}));
  EXPECT_TRUE(item_hits("a|windash|contains: ' /f'", {{"a",
                                                       {"x \xE2\x80\x94"
                                                        "f"}}}));
  EXPECT_FALSE(item_hits("a|windash|contains: 'no-profile'", {{"a", {"no/profile"}}}));
}

TEST(SigmaEvaluation, A6FieldReferencesIgnoreCase) {
  EXPECT_TRUE(item_hits("a|fieldref: b", {{"a", {"X"}}, {"b", {"x"}}}));
  EXPECT_FALSE(item_hits("a|fieldref|cased: b", {{"a", {"X"}}, {"b", {"x"}}}));
  EXPECT_TRUE(item_hits("a|fieldref|endswith: b", {{"a", {"1X"}}, {"b", {"x"}}}));
  EXPECT_TRUE(item_hits("a|fieldref|startswith: b", {{"a", {"x1"}}, {"b", {"x"}}}));
  EXPECT_TRUE(item_hits("a|fieldref|contains: b", {{"a", {"1x1"}}, {"b", {"x"}}}));
  EXPECT_FALSE(item_hits("a|fieldref: b", {{"a", {"x"}}}));
  EXPECT_TRUE(item_hits("a|fieldref|neq: b", {{"a", {"x"}}, {"b", {"y"}}}));
  EXPECT_FALSE(item_hits("a|fieldref: b", {{"a", {"xyz"}}, {"b", {"x*"}}}));  // no wildcards in data
}

TEST(SigmaEvaluation, A7KeywordsAreLookedForInEveryValueAndTheRawLine) {
  const std::string rule = "  keywords:\n    - 'b c'\n  condition: keywords\n";
  EXPECT_TRUE(hits(rule, {{"x", {"a B C d"}}}));
  EXPECT_FALSE(hits(rule, {{"x", {"b"}}, {"y", {"c"}}}));
  EXPECT_TRUE(hits(rule, {{"x", {"b"}}, {"y", {"c"}}}, "b c"));
}

TEST(SigmaEvaluation, KeywordsWithAllMustAllBeThere) {
  const std::string rule = "  keywords:\n    '|all':\n      - one\n      - two\n  condition: keywords\n";
  EXPECT_TRUE(hits(rule, {{"x", {"ONE"}}, {"y", {"TWO"}}}));
  EXPECT_FALSE(hits(rule, {{"x", {"one"}}}));
}

TEST(SigmaEvaluation, A8RegularExpressionsSearchAndAreCaseSensitive) {
  EXPECT_TRUE(item_hits("a|re: 'b+c'", {{"a", {"abbcd"}}}));
  EXPECT_FALSE(item_hits("a|re: 'B+c'", {{"a", {"abbcd"}}}));
  EXPECT_TRUE(item_hits("a|re|i: 'B+C'", {{"a", {"abbcd"}}}));
  EXPECT_FALSE(item_hits("a|re: 'x.y'", {{"a", {"x\ny"}}}));
  EXPECT_TRUE(item_hits("a|re|s: 'x.y'", {{"a", {"x\ny"}}}));
  EXPECT_FALSE(item_hits("a|re: '^y'", {{"a", {"x\ny"}}}));
  EXPECT_TRUE(item_hits("a|re|multiline: '^y$'", {{"a", {"x\ny"}}}));
  EXPECT_TRUE(item_hits(R"(a|re: '\\\*')", {{"a", {R"(x\*y)"}}}));  // no Sigma escaping
}

TEST(SigmaEvaluation, A8AStrayByteDoesNotHideAnythingFromAnExpression) {
  EXPECT_TRUE(item_hits("a|re: 'x.*y'", {{"a", {"x\xFF\xE9y"}}}));
}

TEST(SigmaEvaluation, A10Base64IgnoresCaseUnlessCased) {
  EXPECT_TRUE(item_hits("a|base64|contains: 'foo'", {{"a", {"x Zm9v y"}}}));
  EXPECT_TRUE(item_hits("a|base64|contains: 'foo'", {{"a", {"x zm9v y"}}}));
  EXPECT_FALSE(item_hits("a|base64|cased|contains: 'foo'", {{"a", {"x zm9v y"}}}));
}

// "foobar" encoded behind zero, one and two other bytes.
TEST(SigmaEvaluation, Base64OffsetFindsTheTextWhereverItBegins) {
  for (const char* encoded : {"Zm9vYmFy", "eGZvb2Jhcg==", "eHhmb29iYXI="}) {
    EXPECT_TRUE(item_hits("a|base64offset|contains: foobar", {{"a", {encoded}}})) << encoded;
  }
  EXPECT_FALSE(item_hits("a|base64offset|contains: foobaz", {{"a", {"Zm9vYmFy"}}}));
}

TEST(SigmaEvaluation, Base64OffsetStaysOneValueUnderAll) {
  EXPECT_TRUE(item_hits("a|base64offset|contains|all: [foobar]", {{"a", {"Zm9vYmFy"}}}));
}

TEST(SigmaEvaluation, WideIsUtf16) {
  // "cmd" as UTF-16LE, UTF-16BE, and with its byte order mark, in base64.
  EXPECT_TRUE(item_hits("a|wide|base64|contains: cmd", {{"a", {"YwBtAGQA"}}}));
  EXPECT_TRUE(item_hits("a|utf16le|base64|contains: cmd", {{"a", {"YwBtAGQA"}}}));
  EXPECT_TRUE(item_hits("a|utf16be|base64|contains: cmd", {{"a", {"AGMAbQBk"}}}));
  EXPECT_TRUE(item_hits("a|utf16|base64|contains: cmd", {{"a", {"//5jAG0AZAA="}}}));
}

TEST(SigmaEvaluation, A11AnyOfSeveralValuesIsEnoughAndNeqMeansNone) {
  EXPECT_TRUE(item_hits("a: y", {{"a", {"x", "y"}}}));
  EXPECT_FALSE(item_hits("a|neq: y", {{"a", {"x", "y"}}}));
  EXPECT_FALSE(item_hits("a|neq: [x, y]", {{"a", {"y"}}}));
  EXPECT_TRUE(item_hits("a|neq: [x, y]", {{"a", {"z"}}}));
}

TEST(SigmaEvaluation, A15NumbersTakeTextModifiersAsTheirDecimalText) {
  EXPECT_TRUE(item_hits("a|startswith: 20", {{"a", {"204"}}}));
  EXPECT_TRUE(item_hits("a: '20?'", {{"a", {"204"}}}));
}

// Paths into objects are an experiment of other tools, not a part of 2.1.
TEST(SigmaEvaluation, A16AFieldNameIsOneName) {
  EXPECT_TRUE(item_hits("'a.b': x", {{"a.b", {"x"}}}));
  EXPECT_TRUE(item_hits("'a[any].b': x", {{"a[any].b", {"x"}}}));
  EXPECT_FALSE(item_hits("'a.b': x", {{"a", {"x"}}, {"b", {"x"}}}));
  EXPECT_FALSE(item_hits("'a[any].b': x", {{"a", {"x"}}, {"a.b", {"x"}}}));
}

TEST(SigmaEvaluation, CidrHoldsAddressesOnly) {
  EXPECT_TRUE(item_hits("a|cidr: 10.0.0.0/8", {{"a", {"10.255.1.2"}}}));
  EXPECT_FALSE(item_hits("a|cidr: 10.0.0.0/8", {{"a", {"11.0.0.1"}}}));
  EXPECT_FALSE(item_hits("a|cidr: 10.0.0.0/8", {{"a", {"10.example"}}}));
  EXPECT_TRUE(item_hits("a|cidr: '2001:db8::/33'", {{"a", {"2001:DB8:7fff::1"}}}));
  EXPECT_FALSE(item_hits("a|cidr: '2001:db8::/33'", {{"a", {"2001:db8:8000::1"}}}));
  EXPECT_TRUE(item_hits("a|cidr: 10.0.0.0/8", {{"a", {"::ffff:10.1.2.3"}}}));
  EXPECT_TRUE(item_hits("a|cidr: 0.0.0.0/0", {{"a", {"203.0.113.1"}}}));
  EXPECT_FALSE(item_hits("a|cidr: 0.0.0.0/0", {{"a", {"2001:db8::1"}}}));
}

TEST(SigmaEvaluation, NumericComparisons) {
  EXPECT_TRUE(item_hits("a|gt: 5", {{"a", {"6"}}}));
  EXPECT_FALSE(item_hits("a|gt: 5", {{"a", {"5"}}}));
  EXPECT_TRUE(item_hits("a|gte: 5", {{"a", {"5.0"}}}));
  EXPECT_TRUE(item_hits("a|lt: 5.5", {{"a", {"-7"}}}));
  EXPECT_FALSE(item_hits("a|lte: 5", {{"a", {"many"}}}));
}

TEST(SigmaEvaluation, PartsOfTimes) {
  const Fields monday = {{"t", {"2021-01-04T23:59:10Z"}}};
  EXPECT_TRUE(item_hits("t|hour: 23", monday));
  EXPECT_TRUE(item_hits("t|minute: 59", monday));
  EXPECT_TRUE(item_hits("t|day: 4", monday));
  EXPECT_TRUE(item_hits("t|month: 1", monday));
  EXPECT_TRUE(item_hits("t|year: 2021", monday));
  EXPECT_TRUE(item_hits("t|week: 1", monday));
  EXPECT_TRUE(item_hits("t|week: 53", {{"t", {"2021-01-03"}}}));  // ISO 8601
  EXPECT_TRUE(item_hits("t|hour|gte: 22", monday));
  EXPECT_FALSE(item_hits("t|hour: 1", {{"t", {"2021-01-04"}}}));
  EXPECT_TRUE(item_hits("t|hour: 7", {{"t", {"07:10:00"}}}));
  EXPECT_FALSE(item_hits("t|day: 31", {{"t", {"2021-02-31"}}}));
}

TEST(SigmaEvaluation, ExpandTakesTheSitesValues) {
  const Placeholders site = {{"admins", {"alice", "bob*"}}};
  const RuleSet set = load_detection("  s:\n    a|expand: 'DOM/%admins%'\n  condition: s\n", site);
  ASSERT_EQ(set.rules.size(), 1U);
  EXPECT_TRUE(rule_matches(set.rules[0], {{"a", {"dom/Alice"}}}));
  EXPECT_TRUE(rule_matches(set.rules[0], {{"a", {"dom/bobby"}}}));
  EXPECT_FALSE(rule_matches(set.rules[0], {{"a", {"dom/carol"}}}));
}

TEST(SigmaEvaluation, ExpandLeavesEscapedPercentSigns) {
  const RuleSet set = load_detection("  s:\n    a|expand: '\\%x\\%'\n  condition: s\n");
  ASSERT_EQ(set.rules.size(), 1U);
  EXPECT_TRUE(rule_matches(set.rules[0], {{"a", {"%x%"}}}));
}

}  // namespace
}  // namespace afterpatch::detect::sigma

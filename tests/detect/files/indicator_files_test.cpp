#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/files/fixtures.h"
#include "detect/files/indicators.h"

namespace afterpatch::detect::files {
namespace {

using fixtures::TestFolder;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

struct Loaded {
  IndicatorSet set;
  RuleReport report;
};

Loaded load(std::string_view content, const IndicatorOptions& options = {}) {
  const TestFolder folder;
  Loaded loaded;
  loaded.set = load_indicators({}, {folder.write("list", content)}, loaded.report, options);
  return loaded;
}

auto refused(const std::string& reason) {
  return Contains(Field(&RefusedRule::reason, HasSubstr(reason)));
}

constexpr std::string_view kDigest = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

TEST(IndicatorCsv, RowsAreTakenAndOddOnesNamedWithTheirLine) {
  const auto [set, report] =
      load("type,value,note\nsha256," + std::string(kDigest) +
           ",web shell of the wave\nipv4,203.0.113.5,\nmutex,Global\\x,\nmutex,Global\\y,\nsha1,zz,\n");
  EXPECT_EQ(set.size(), 2U);
  ASSERT_NE(set.with_digest(kDigest), nullptr);
  EXPECT_TRUE(set.with_digest(kDigest)->web_shell);
  EXPECT_THAT(report.refused, Contains(AllOf(Field(&RefusedRule::reason, HasSubstr("'mutex'")),
                                             Field(&RefusedRule::reason, HasSubstr("1 more")),
                                             Field(&RefusedRule::line, 4U))));
  EXPECT_THAT(report.refused, refused("40 hexadecimal"));
}

TEST(IndicatorCsv, ToIdsAndStrengthAreHonoured) {
  const auto [set, report] =
      load("type,value,to_ids,strength\nip-dst,203.0.113.5,1,weak\nip-dst,203.0.113.6,0,strong\n");
  ASSERT_EQ(set.size(), 1U);
  EXPECT_FALSE(set.indicators()[0].strong);
  EXPECT_THAT(report.refused, refused("to_ids"));
}

TEST(IndicatorCsv, ATableWithoutTheColumnsIsRefused) {
  EXPECT_THAT(load("a,b\n1,2\n").report.refused, refused("no columns 'type' and 'value'"));
  EXPECT_THAT(load("just some text\n").report.refused, refused("no columns"));
  EXPECT_THAT(load("").report.refused, refused("empty"));
}

TEST(IndicatorFiles, AMissingFileIsNamedAndTheOthersCount) {
  const TestFolder folder;
  RuleReport report;
  const auto good = folder.write("good.csv", "type,value\nmd5,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n");
  const auto set = load_indicators({}, {folder.path() / "missing.csv", good}, report);
  EXPECT_EQ(set.size(), 1U);
  ASSERT_EQ(report.refused.size(), 1U);
  EXPECT_THAT(report.refused[0].file, HasSubstr("missing.csv"));
}

std::string bundle(const std::string& objects) {
  return R"({"type":"bundle","id":"bundle--1","objects":[)" + objects + "]}";
}
std::string stix_indicator(const std::string& pattern, const std::string& more = "") {
  return R"({"type":"indicator","id":"indicator--1","name":"made up","pattern_type":"stix","pattern":")" +
         pattern + "\"" + more + "}";
}

TEST(IndicatorStix, PatternsAreTaken) {
  const auto [set, report] =
      load(bundle(stix_indicator("[file:hashes.'SHA-256' = '" + std::string(kDigest) + "']") + "," +
                  stix_indicator("[ipv4-addr:value = '203.0.113.7' OR domain-name:value = 'evil.example']")));
  EXPECT_EQ(set.size(), 3U);
  EXPECT_THAT(report.refused, IsEmpty());
  EXPECT_NE(set.with_digest(kDigest), nullptr);
}

TEST(IndicatorStix, WhatCantBeUsedIsNamed) {
  const auto [set, report] = load(bundle(
      stix_indicator("[file:name LIKE 'x']") + "," +
      stix_indicator("[domain-name:value = 'a.example']", R"(,"revoked":true)") +
      R"(,{"type":"indicator","id":"i","pattern_type":"sigma","pattern":"title: x"},{"type":"ipv4-addr","value":"203.0.113.8"},5)"));
  EXPECT_EQ(set.size(), 0U);
  EXPECT_THAT(report.refused, refused("LIKE"));
  EXPECT_THAT(report.refused, refused("revoked"));
  EXPECT_THAT(report.refused, refused("'sigma'"));
  EXPECT_THAT(report.refused, refused("observed object"));
  EXPECT_THAT(report.refused, refused("no JSON object"));
}

TEST(IndicatorStix, ObservedObjectsAreTakenWhenAskedFor) {
  const std::string objects =
      R"({"type":"ipv4-addr","value":"203.0.113.8"},{"type":"file","hashes":{"SHA-256":")" +
      std::string(kDigest) + R"("}},{"type":"domain-name","value":"a.example"})";
  EXPECT_EQ(load(bundle(objects), {.stix_objects = true}).set.size(), 3U);
}

TEST(IndicatorStix, LowConfidenceAndPartialPatternsAreWeak) {
  const auto [set, report] =
      load(bundle(stix_indicator("[domain-name:value = 'a.example']", R"(,"confidence":10)") + "," +
                  stix_indicator("[ipv4-addr:value = '203.0.113.7' AND file:name = 'x.aspx']")));
  ASSERT_EQ(set.size(), 2U);
  EXPECT_FALSE(set.indicators()[0].strong);
  EXPECT_FALSE(set.indicators()[1].strong);
}

TEST(IndicatorMisp, AttributesOfEventsAndObjectsAreTaken) {
  const auto [set, report] = load(
      R"({"Event":{"info":"made up","Attribute":[{"type":"ip-dst|port","value":"203.0.113.9|443","to_ids":true},)"
      R"({"type":"user-agent","value":"Made Up Tool/1.0","to_ids":true},{"type":"btc","value":"x","to_ids":true},)"
      R"({"type":"domain","value":"b.example","to_ids":false}],"Object":[{"name":"file","Attribute":[)"
      R"({"type":"filename|sha256","value":"x.aspx|)" +
      std::string(kDigest) + R"(","to_ids":"1"}]}]}})");
  EXPECT_EQ(set.size(), 3U);
  EXPECT_NE(set.with_digest(kDigest), nullptr);
  EXPECT_THAT(report.refused, refused("'btc'"));
  EXPECT_THAT(report.refused, refused("to_ids"));
}

TEST(IndicatorMisp, ListsAndResponsesOfEventsAreRead) {
  const std::string event =
      R"({"Event":{"Attribute":[{"type":"hostname","value":"c.example","to_ids":true}]}})";
  EXPECT_EQ(load("[" + event + "]").set.size(), 1U);
  EXPECT_EQ(load(R"({"response":[)" + event + "]}").set.size(), 1U);
}

TEST(IndicatorFiles, HostileJsonIsRefused) {
  EXPECT_THAT(load(std::string(100'000, '[')).report.refused, refused("not sound JSON"));
  EXPECT_THAT(load(R"({"type":"bundle","objects":{}})").report.refused, refused("no list"));
  EXPECT_THAT(load(R"({"Event":[1,2]})").report.refused, refused("no JSON object"));
  EXPECT_THAT(load(R"({"Event":{"Attribute":[1,{"type":5}]}})").report.refused, refused("no JSON object"));
  EXPECT_THAT(load(R"({"x":1})").report.refused, refused("neither"));
  EXPECT_THAT(load("{\"type\":\"bundle\"").report.refused, refused("not sound JSON"));
  EXPECT_THAT(load("{\"type\":\"bund\xff\"}").report.refused, refused("not sound JSON"));
}

TEST(IndicatorFiles, AFloodOfOddRowsIsSummedUp) {
  std::string table = "type,value\n";
  for (int i = 0; i < 5000; ++i) table += "type" + std::to_string(i) + ",x\n";
  EXPECT_LE(load(table).report.refused.size(), 1001U);
}

TEST(IndicatorFiles, OurOwnCampaignsIndicatorsAllLoadOrAreNamed) {
  const auto campaign = knowledge::Campaign::load(std::filesystem::path(AFTERPATCH_SOURCE_DIR) /
                                                  "knowledge/campaigns/exchange-2021-proxylogon");
  ASSERT_TRUE(campaign) << to_string(campaign.error());
  RuleReport report;
  const IndicatorSet set = load_indicators({*campaign}, {}, report);
  EXPECT_GT(set.size(), 100U);
  for (const RefusedRule& refusal : report.refused) ADD_FAILURE() << refusal.rule << ": " << refusal.reason;
}

}  // namespace
}  // namespace afterpatch::detect::files

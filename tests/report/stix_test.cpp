#include "report/stix.h"

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "detect/files/indicators.h"
#include "report/hostile_text.h"
#include "report/sample_report.h"
#include "report/stix_rules.h"

namespace afterpatch::report {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

constexpr Share kBoth[] = {Share::without_victims, Share::with_victims};

std::vector<assess::HuntReport> all_reports() {
  return {reentered_report(),   clean_report(), probed_with_gaps_report(),
          interrupted_report(), empty_report(), hostile_report()};
}

std::vector<boost::json::object> objects_of(const std::string& bundle, std::string_view type) {
  std::vector<boost::json::object> found;
  const boost::json::value parsed = boost::json::parse(bundle);
  for (const auto& object : parsed.at("objects").as_array()) {
    if (object.at("type").as_string() == type) found.push_back(object.as_object());
  }
  return found;
}

std::vector<std::string> texts_of(const std::string& bundle, std::string_view type, const char* member) {
  std::vector<std::string> texts;
  for (const auto& object : objects_of(bundle, type)) texts.emplace_back(object.at(member).as_string());
  return texts;
}

TEST(StixBundle, ObeysTheStandard) {
  for (const assess::HuntReport& hunt : all_reports()) {
    for (const Share share : kBoth)
      EXPECT_THAT(stix_violations(boost::json::parse(stix_bundle(hunt, share))), IsEmpty());
  }
}

TEST(StixBundle, HasIndicatorsForWhatDidHarmOnly) {
  const auto patterns =
      texts_of(stix_bundle(reentered_report(), Share::without_victims), "indicator", "pattern");
  EXPECT_THAT(patterns, Contains("[ipv4-addr:value = '203.0.113.45']"));
  EXPECT_THAT(patterns, Contains("[ipv4-addr:value = '198.51.100.7']"));
  EXPECT_THAT(patterns, Contains("[file:hashes.'SHA-256' = '" + std::string(64, 'c') + "']"));
  EXPECT_THAT(patterns, Contains("[network-traffic:extensions.'http-request-ext'.request_value MATCHES "
                                 "'(?i)^/aspnet_client/Rt5kQw2z\\\\.aspx$']"));
  EXPECT_THAT(
      patterns,
      Contains("[file:name MATCHES '(?i)^Rt5kQw2z\\\\.aspx$' AND file:parent_directory_ref.path MATCHES "
               "'(?i)(^|\\\\\\\\)inetpub\\\\\\\\wwwroot\\\\\\\\aspnet_client$']"));
  EXPECT_THAT(patterns, Not(Contains(HasSubstr("192.0.2.61"))));   // probed
  EXPECT_THAT(patterns, Not(Contains(HasSubstr("192.0.2.199"))));  // asked for a shell that was gone
}

TEST(StixBundle, SaysWhatElseWasSeenWithoutAdvisingToBlockIt) {
  EXPECT_THAT(texts_of(stix_bundle(reentered_report(), Share::without_victims), "ipv4-addr", "value"),
              IsSupersetOf({"192.0.2.61", "192.0.2.199"}));
}

TEST(StixBundle, IsReadAsIndicatorsByWhoeverHuntsWithIt) {
  detect::RuleReport report;
  const auto set = detect::files::parse_indicators(
      "bundle.json", stix_bundle(reentered_report(), Share::without_victims), report);
  std::vector<std::string> values;
  for (const auto& indicator : set.indicators()) values.push_back(indicator.value);
  EXPECT_THAT(values, IsSupersetOf({std::string("203.0.113.45"), std::string(64, 'c')}));
}

// The identifiers that the OASIS library `stix2` makes of these.
TEST(StixBundle, GivesObservablesTheIdentifierThatEverybodyGivesThem) {
  EXPECT_THAT(texts_of(stix_bundle(reentered_report(), Share::without_victims), "ipv4-addr", "id"),
              Contains("ipv4-addr--cb9d70c5-d244-531c-9efb-bcae57adc793"));
  EXPECT_THAT(texts_of(stix_bundle(reentered_report(), Share::without_victims), "network-traffic", "id"),
              Contains("network-traffic--ca0cdb57-4408-53b7-9326-0166b4189d13"));
}

TEST(StixBundle, NamesFlawsAndTechniquesAlikeInEveryCase) {
  const std::string one = stix_bundle(reentered_report(), Share::without_victims);
  assess::HuntReport other = reentered_report();
  other.servers[0].detections[0].raw += "x";
  const std::string two = stix_bundle(other, Share::without_victims);
  EXPECT_EQ(objects_of(one, "vulnerability"), objects_of(two, "vulnerability"));
  EXPECT_EQ(objects_of(one, "attack-pattern"), objects_of(two, "attack-pattern"));
  EXPECT_EQ(objects_of(one, "campaign"), objects_of(two, "campaign"));
  EXPECT_NE(texts_of(one, "grouping", "id"), texts_of(two, "grouping", "id"));
}

TEST(StixBundle, IsMarkedByWhatItHolds) {
  EXPECT_EQ(texts_of(stix_bundle(reentered_report(), Share::without_victims), "marking-definition", "name"),
            std::vector<std::string>{"TLP:AMBER"});
  EXPECT_EQ(texts_of(stix_bundle(reentered_report(), Share::with_victims), "marking-definition", "name"),
            std::vector<std::string>{"TLP:RED"});
}

TEST(StixBundle, NeverGivesAVerdictWithoutItsCoverage) {
  for (const auto& hunt : {reentered_report(), clean_report(), interrupted_report()}) {
    for (const auto& text : texts_of(stix_bundle(hunt, Share::without_victims), "grouping", "description"))
      EXPECT_THAT(text, HasSubstr("Coverage: "));
  }
}

TEST(StixBundle, TellsEveryCampaignThatLeftATrace) {
  for (const Share share : kBoth) {
    const std::string bundle = stix_bundle(two_waves_report(), share);
    EXPECT_THAT(stix_violations(boost::json::parse(bundle)), IsEmpty());
    EXPECT_EQ(objects_of(bundle, "campaign").size(), 2U);
    EXPECT_EQ(objects_of(bundle, "grouping").size(), 2U);
  }
  const std::string bundle = stix_bundle(two_waves_report(), Share::without_victims);
  const std::string one = stix_bundle(reentered_report(), Share::without_victims);
  EXPECT_GT(objects_of(bundle, "sighting").size(), objects_of(one, "sighting").size())
      << "each wave has its own";
  EXPECT_THAT(texts_of(bundle, "indicator", "pattern"), Contains(HasSubstr("second")));
  EXPECT_THAT(
      texts_of(bundle, "identity", "name"),
      testing::SizeIs(
          texts_of(stix_bundle(reentered_report(), Share::without_victims), "identity", "name").size()))
      << "it is one server";
}

TEST(StixBundle, SaysNothingOfDoorsThatAreOnlyPossible) {
  assess::HuntReport hunt = reentered_report();
  for (auto& door : hunt.servers[0].doors) door.confidence = detect::Confidence::possible;
  EXPECT_THAT(objects_of(stix_bundle(hunt, Share::without_victims), "malware"), IsEmpty());
}

TEST(StixBundle, QuotesWhatAnAttackerPutIntoAPath) {
  assess::HuntReport hunt = reentered_report();
  hunt.servers[0].doors[0].url = "/x'] OR [ipv4-addr:value = '192.0.2.1.aspx";
  const std::string bundle = stix_bundle(hunt, Share::without_victims);
  EXPECT_THAT(stix_violations(boost::json::parse(bundle)), IsEmpty());
  EXPECT_THAT(texts_of(bundle, "indicator", "pattern"), Contains(HasSubstr(R"(^/x\\\'\\] OR \\[ipv4-addr)")));
}

TEST(StixBundle, IsHarmlessAndTheSameInTwoRuns) {
  for (const Share share : kBoth) {
    EXPECT_EQ(first_danger(stix_bundle(hostile_report(), share)), std::nullopt);
    EXPECT_EQ(stix_bundle(hostile_report(), share), stix_bundle(hostile_report(), share));
  }
}

}  // namespace
}  // namespace afterpatch::report

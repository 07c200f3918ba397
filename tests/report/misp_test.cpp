#include "report/misp.h"

#include <set>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "detect/files/indicators.h"
#include "report/hostile_text.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;

boost::json::object event_of(const assess::HuntReport& hunt, Share share = Share::without_victims) {
  return boost::json::parse(misp_event(hunt, share)).as_object().at("Event").as_object();
}

// "category/type" -> of MISP's core format; only what we write.
const std::set<std::string> kKnownTypes = {
    "Targeting data/target-machine", "Targeting data/target-user", "Network activity/ip-src",
    "Network activity/user-agent",   "Network activity/uri",       "External analysis/vulnerability",
    "Payload delivery/filename",     "Payload delivery/sha256",    "Other/text"};

void expect_sound(const boost::json::value& attribute, std::set<std::string>& uuids) {
  const auto& object = attribute.as_object();
  const std::string kind =
      std::string(object.at("category").as_string()) + "/" + std::string(object.at("type").as_string());
  EXPECT_TRUE(kKnownTypes.contains(kind)) << kind;
  EXPECT_FALSE(object.at("value").as_string().empty());
  EXPECT_TRUE(object.at("to_ids").is_bool());
  EXPECT_TRUE(uuids.insert(std::string(object.at("uuid").as_string())).second) << "uuid twice";
}

TEST(MispEvent, TellsEveryCampaignThatLeftATrace) {
  assess::HuntReport hunt = reentered_report();
  assess::HuntReport second = reentered_report();
  second.campaign = "exchange-2021-proxyshell";
  second.campaign_name = "ProxyShell";
  second.servers[0].doors[0].url = "/owa/auth/second.aspx";
  assess::HuntReport clean = clean_report();
  hunt.other_campaigns = {second, clean};
  const auto event = event_of(hunt);
  EXPECT_NE(std::string(event.at("info").as_string()).find(", "), std::string::npos);
  std::set<std::string> uuids;
  std::vector<std::string> uris;
  std::size_t machines = 0;
  for (const auto& attribute : event.at("Attribute").as_array()) {
    expect_sound(attribute, uuids);
    if (attribute.at("type").as_string() == "uri") uris.emplace_back(attribute.at("value").as_string());
    if (attribute.at("type").as_string() == "target-machine") ++machines;
  }
  EXPECT_THAT(uris, Contains("/owa/auth/second.aspx"));
  EXPECT_EQ(machines, 2U) << "one for each campaign with a trace, none for the clean one";
}

TEST(MispEvent, HasTheMembersOfTheCoreFormat) {
  for (const auto& hunt : {reentered_report(), clean_report(), empty_report(), hostile_report()}) {
    const boost::json::object event = event_of(hunt);
    for (const char* member :
         {"uuid", "info", "date", "timestamp", "threat_level_id", "analysis", "distribution"})
      EXPECT_TRUE(event.at(member).is_string()) << member;
    EXPECT_FALSE(event.at("published").as_bool());
    std::set<std::string> uuids = {std::string(event.at("uuid").as_string())};
    for (const auto& attribute : event.at("Attribute").as_array()) expect_sound(attribute, uuids);
    for (const auto& object : event.at("Object").as_array()) {
      for (const auto& attribute : object.at("Attribute").as_array()) expect_sound(attribute, uuids);
    }
  }
}

TEST(MispEvent, IsReadAsIndicatorsByWhoeverHuntsWithIt) {
  detect::RuleReport report;
  const auto set = detect::files::parse_indicators(
      "event.json", misp_event(reentered_report(), Share::without_victims), report);
  std::vector<std::string> values;
  for (const auto& indicator : set.indicators()) values.push_back(indicator.value);
  EXPECT_THAT(values, IsSupersetOf({std::string("203.0.113.45"), std::string("198.51.100.7"),
                                    std::string(64, 'c'), std::string("/aspnet_client/rt5kqw2z.aspx")}));
  EXPECT_THAT(values, Not(Contains("192.0.2.61")));   // it only probed
  EXPECT_THAT(values, Not(Contains("192.0.2.199")));  // it only asked for what was gone
}

TEST(MispEvent, IsMarkedByWhatItHolds) {
  const auto tag = [](const boost::json::object& event) {
    return std::string(event.at("Tag").as_array().front().at("name").as_string());
  };
  EXPECT_EQ(tag(event_of(reentered_report())), "tlp:amber");
  EXPECT_EQ(tag(event_of(reentered_report(), Share::with_victims)), "tlp:red");
}

TEST(MispEvent, ThreatLevelFollowsTheVerdict) {
  EXPECT_EQ(event_of(reentered_report()).at("threat_level_id").as_string(), "1");
  EXPECT_EQ(event_of(probed_with_gaps_report()).at("threat_level_id").as_string(), "3");
  EXPECT_EQ(event_of(clean_report()).at("threat_level_id").as_string(), "4");
}

TEST(MispEvent, IsHarmlessAndTheSameInTwoRuns) {
  for (const Share share : {Share::without_victims, Share::with_victims}) {
    EXPECT_EQ(first_danger(misp_event(hostile_report(), share)), std::nullopt);
    EXPECT_EQ(misp_event(hostile_report(), share), misp_event(hostile_report(), share));
  }
}

}  // namespace
}  // namespace afterpatch::report

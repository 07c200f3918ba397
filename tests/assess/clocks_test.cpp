#include "assess/clocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using detect::Step;
using hand_made::at;
using hand_made::kDoorUrl;
using hand_made::kIntruder;
using std::chrono::seconds;
using HandMade = hand_made::Evidence;

// The same request in both web logs, IIS being `ahead` of HttpProxy.
void in_both_logs(HandMade& evidence, std::string_view time, int ahead, const std::string& id) {
  evidence.proxy(Step::exploit, time, kIntruder, "/a").fields.emplace_back("request-id", id);
  evidence.row("iis-w3c", Step::exploit, to_iso8601(at(time) + seconds(ahead)), kIntruder,
               {{"method", "POST"}, {"path", "/ecp/y.js"}, {"request-id", id}});
}

std::vector<ClockDifference> differences(const HandMade& evidence) {
  return Clocks(evidence.findings).differences();
}

TEST(Clocks, RequestIdsInTwoLogsTellByHowMuchOneIsAhead) {
  HandMade evidence;
  in_both_logs(evidence, "2021-03-03 06:00:00", 437, "a");
  in_both_logs(evidence, "2021-03-03 06:00:09", 437, "b");
  in_both_logs(evidence, "2021-03-04 11:10:00", 438, "c");
  const auto told = differences(evidence);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].log, "iis-w3c");
  EXPECT_EQ(told[0].reference, "http-proxy");
  EXPECT_EQ(told[0].ahead, seconds(437));
  EXPECT_EQ(told[0].pairs, 3U);
}

// Both are written by the admin centre, but only calls of its server log carry what other logs have too.
TEST(Clocks, TheAdminCentresTwoLogsHaveOneClock) {
  HandMade evidence;
  for (const auto& [time, id] :
       {std::pair("2021-03-03 06:00:00", "a"), std::pair("2021-03-03 06:20:00", "b")}) {
    evidence.proxy(Step::exploit, time, kIntruder, "/a").fields.emplace_back("request-id", id);
    evidence.row("ecp-server", Step::exploit, to_iso8601(at(time) - seconds(313)), kIntruder,
                 {{"path", "/ecp/y.js"}, {"request-id", id}});
  }
  const Clocks clocks(evidence.findings);
  ASSERT_TRUE(clocks.corrects("ecp-server"));
  EXPECT_TRUE(clocks.corrects("ecp-activity"));
  const Timestamp row = at("2021-03-03 05:55:00");
  EXPECT_EQ(clocks.corrected("ecp-activity", row), row + seconds(313));
  EXPECT_EQ(clocks.corrected("iis-w3c", row), row);
}

TEST(Clocks, AFewSecondsAreNoDifference) {
  HandMade evidence;
  in_both_logs(evidence, "2021-03-03 06:00:00", 1, "a");
  in_both_logs(evidence, "2021-03-03 06:00:09", 4, "b");
  EXPECT_TRUE(differences(evidence).empty());
}

TEST(Clocks, OnePairProvesNothing) {
  HandMade evidence;
  in_both_logs(evidence, "2021-03-03 06:00:00", 437, "a");
  EXPECT_TRUE(differences(evidence).empty());
}

TEST(Clocks, PairsThatDisagreeProveNothing) {
  HandMade evidence;
  in_both_logs(evidence, "2021-03-03 06:00:00", 100, "a");
  in_both_logs(evidence, "2021-03-03 06:10:00", 400, "b");
  in_both_logs(evidence, "2021-03-03 06:20:00", -90, "c");
  in_both_logs(evidence, "2021-03-03 06:30:00", 0, "d");
  EXPECT_TRUE(differences(evidence).empty());
}

TEST(Clocks, TheCanaryOfACallTellsOfTheEcpLogsClock) {
  HandMade evidence;
  for (const auto& [time, schema] : {std::pair("2021-03-03 06:00:05", "OABVirtualDirectory"),
                                     std::pair("2021-03-03 06:00:14", "ResetOABVirtualDirectory")}) {
    evidence.proxy(
        Step::write_attempt, time, kIntruder,
        fmt::format("/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=xYz-1.&schema={}#", schema));
    evidence.ecp_write(to_iso8601(at(time) - seconds(122)))
        .fields.emplace_back(
            "url", fmt::format("/ecp/DDI/DDIService.svc/SetObject?schema={}&msExchEcpCanary=xYz-1.", schema));
  }
  const auto told = differences(evidence);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].log, "ecp-server");
  EXPECT_EQ(told[0].ahead, seconds(-122));
}

TEST(Clocks, LoneRequestsThatLookAlikeNeedTwoStretchesOfTime) {
  HandMade evidence;
  const auto visit = [&](std::string_view time, std::string_view url) {
    const std::string later = to_iso8601(at(time) + seconds(60));
    evidence.requests(url, kIntruder, "POST", 200, 1, time, time).log = "http-proxy";
    evidence.requests(url, kIntruder, "POST", 200, 1, later, later);
  };
  visit("2021-03-03 06:00:00", "/owa/auth/a.aspx");
  visit("2021-03-03 06:00:20", "/owa/auth/b.aspx");
  visit("2021-03-03 06:00:40", "/owa/auth/c.aspx");
  EXPECT_TRUE(differences(evidence).empty());
  visit("2021-03-03 09:00:00", "/owa/auth/d.aspx");
  ASSERT_EQ(differences(evidence).size(), 1U);
  EXPECT_EQ(differences(evidence)[0].ahead, seconds(60));
}

TEST(Clocks, TheReportTellsTimesByTheBelievedClockAndKeepsWhatTheRowSays) {
  HandMade evidence;
  evidence.whole_window();
  in_both_logs(evidence, "2021-03-03 06:00:00", 437, "a");
  in_both_logs(evidence, "2021-03-03 06:00:09", 437, "b");
  evidence.door_request("2021-03-03 06:07:47", kIntruder, kDoorUrl, 200);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].first_answered, at("2021-03-03 06:00:30"));
  const auto row =
      std::ranges::find_if(report.detections, [](const auto& d) { return d.step == Step::backdoor_request; });
  ASSERT_NE(row, report.detections.end());
  EXPECT_EQ(row->field("logged-time"), "2021-03-03T06:07:47Z");
  EXPECT_THAT(report.notes, testing::Contains(testing::AllOf(
                                testing::HasSubstr("7 minutes 17 seconds ahead of"),
                                testing::HasSubstr("Which of them is right the logs can't tell"))));
}

TEST(Clocks, SpansAreToldInWords) {
  EXPECT_EQ(span_words(seconds(-3661)), "1 hour 1 minute 1 second");
  EXPECT_EQ(span_words(seconds(42)), "42 seconds");
}

}  // namespace
}  // namespace afterpatch::assess

#include "assess/replanting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using detect::Confidence;
using detect::RuleKind;
using hand_made::at;
using hand_made::kDoorUrl;
using hand_made::kIntruder;
using hand_made::kSweeper;
using testing::Contains;
using testing::HasSubstr;
using HandMade = hand_made::Evidence;

constexpr std::string_view kDoorPath =
    "\\Program Files\\Microsoft\\Exchange "
    "Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\RedirSuiteServerProxy.aspx";

// Planted at six, tried, and gone at noon when a sweeper asks.
HandMade gone_at_noon() {
  HandMade evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:00:00", kIntruder);
  evidence.door_request("2021-03-03 06:00:30", kIntruder, kDoorUrl, 200);
  evidence.door_request("2021-03-03 12:00:00", kSweeper, kDoorUrl, 302);
  return evidence;
}

TEST(Replanting, AWriteAfterTheDoorWasGoneIsASecondPlanting) {
  HandMade evidence = gone_at_noon();
  evidence.chain("2021-03-04 02:00:00", kIntruder);
  evidence.door_request("2021-03-04 02:00:30", kIntruder, kDoorUrl, 200);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.size(), 1U);
  const Door& door = report.doors[0];
  EXPECT_EQ(door.planted, at("2021-03-03 06:00:11"));
  ASSERT_EQ(door.replanted.size(), 1U);
  EXPECT_EQ(door.replanted[0].gone_by, at("2021-03-03 12:00:00"));
  EXPECT_EQ(door.replanted[0].planted, at("2021-03-04 02:00:11"));
  EXPECT_EQ(door.replanted[0].planted_client, kIntruder);
  EXPECT_FALSE(door.removed_before) << "it is there again";
  EXPECT_THAT(hand_made::answer(report, "left-behind").text,
              HasSubstr("Planted 2021-03-03 06:00, gone by 2021-03-03 12:00, planted again 2021-03-04 02:00 "
                        "UTC."));
  EXPECT_THAT(report.notes, Contains(HasSubstr("Infected again")));
}

TEST(Replanting, ASecondWriteOfADoorThatWasNeverGoneIsNone) {
  HandMade evidence;
  evidence.whole_window();
  for (const auto* day : {"2021-03-03", "2021-03-04"}) {
    evidence.chain(std::string(day) + " 06:00:00", kIntruder);
    evidence.door_request(std::string(day) + " 06:00:30", kIntruder, kDoorUrl, 200);
  }
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_TRUE(report.doors[0].replanted.empty());
}

TEST(Replanting, AnAnswerAloneMayMeanThatItWasOnlyOutOfReach) {
  HandMade evidence = gone_at_noon();
  evidence.door_request("2021-03-04 02:00:30", kSweeper, kDoorUrl, 200);
  const ServerReport report = evidence.report();
  EXPECT_TRUE(report.doors.at(0).replanted.empty());
  EXPECT_THAT(report.doors[0].reasons, Contains(HasSubstr("or merely out of reach for a while")));
}

TEST(Replanting, AnAnswerAndTheFileTogetherProveIt) {
  HandMade evidence = gone_at_noon();
  evidence.door_request("2021-03-04 02:00:30", kSweeper, kDoorUrl, 200);
  evidence.file(kDoorPath, "2021-03-04 01:58:00", RuleKind::web_content, Confidence::confirmed);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.size(), 1U);
  ASSERT_EQ(report.doors[0].replanted.size(), 1U);
  EXPECT_EQ(report.doors[0].replanted[0].planted, at("2021-03-04 01:58:00"));
  EXPECT_EQ(report.doors[0].replanted[0].planted_by, "file time");
}

TEST(Replanting, AMissBeforeTheFirstPlantingIsNoAbsence) {
  HandMade evidence;
  evidence.whole_window();
  evidence.door_request("2021-03-02 12:00:00", kSweeper, kDoorUrl, 302);
  evidence.chain("2021-03-03 06:00:00", kIntruder);
  evidence.door_request("2021-03-03 06:00:30", kIntruder, kDoorUrl, 200);
  EXPECT_TRUE(evidence.report().doors.at(0).replanted.empty());
}

HandMade with_defender(std::string_view event_id, std::string_view action_id, std::string_view error_code) {
  HandMade evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:00:00", kIntruder);
  evidence.door_request("2021-03-03 06:00:30", kIntruder, kDoorUrl, 200);
  evidence.row("windows-events", detect::Step::backdoor_file, "2021-03-05 08:00:00", "",
               {{"provider", "Microsoft-Windows-Windows Defender"},
                {"event-id", std::string(event_id)},
                {"action-id", std::string(action_id)},
                {"error-code", std::string(error_code)},
                {"path", "file:_C:" + std::string(kDoorPath)}});
  return evidence;
}

TEST(Replanting, WhatDefenderTookAwayIsGoneAndByWhom) {
  const ServerReport report = with_defender("1117", "2", "0x00000000").report();
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].removed_by, "Windows Defender");
  EXPECT_EQ(report.doors[0].removed_before, at("2021-03-05 08:00:00"));
  EXPECT_THAT(report.doors[0].reasons,
              testing::Contains("Windows Defender quarantined it at 2021-03-05 08:00 UTC"));
}

TEST(Replanting, WhatDefenderFailedToTakeAwayIsStillThere) {
  for (const HandMade& evidence :
       {with_defender("1117", "2", "0x80508023"), with_defender("1119", "2", "0x80508023")}) {
    const ServerReport report = evidence.report();
    ASSERT_EQ(report.doors.size(), 1U);
    EXPECT_EQ(report.doors[0].removed_by, "");
    EXPECT_FALSE(report.doors[0].removed_before);
    EXPECT_THAT(report.doors[0].reasons,
                testing::Contains("Windows Defender tried to act on it at 2021-03-05 08:00 UTC and failed "
                                  "(0x80508023)"));
  }
}

TEST(Replanting, WhatDefenderWasToldToAllowIsStillThere) {
  const ServerReport report = with_defender("1117", "6", "0x00000000").report();
  EXPECT_FALSE(report.doors.at(0).removed_before);
  EXPECT_THAT(report.doors.at(0).reasons,
              testing::Contains("Windows Defender was told to allow it at 2021-03-05 08:00 UTC"));
}

TEST(Replanting, AnEventThatDoesNotTellHowDefenderActedIsNoRemoval) {
  const ServerReport report = with_defender("1117", "", "").report();
  EXPECT_FALSE(report.doors.at(0).removed_before);
  EXPECT_EQ(report.doors.at(0).removed_by, "");
}

TEST(Replanting, AnotherDoorPlantedAfterTheFirstWasGoneIsAReinfection) {
  Door first;
  first.confidence = Confidence::likely;
  first.url = "/a.aspx";
  first.planted = at("2021-03-03 06:00:00");
  first.removed_before = at("2021-03-04 06:00:00");
  Door second = first;
  second.url = "/b.aspx";
  second.removed_before.reset();
  second.planted = at("2021-03-04 05:00:00");
  EXPECT_FALSE(latest_reinfection({first, second})) << "the first may still have been there";
  second.planted = at("2021-03-05 05:00:00");
  const std::vector<Door> doors = {first, second};
  const auto found = latest_reinfection(doors);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->door->url, "/b.aspx");
  EXPECT_EQ(found->gone_by, at("2021-03-04 06:00:00"));
}

}  // namespace
}  // namespace afterpatch::assess

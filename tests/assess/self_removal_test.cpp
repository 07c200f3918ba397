#include "assess/self_removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"
#include "assess/server_event_words.h"

namespace afterpatch::assess {
namespace {

using hand_made::at;
using hand_made::kDoorUrl;
using hand_made::kIntruder;
using hand_made::kSweeper;
using testing::Contains;
using testing::HasSubstr;
using HandMade = hand_made::Evidence;

constexpr std::string_view kAuthority = "198.51.100.4";

HandMade planted() {
  HandMade evidence;
  evidence.whole_window();
  evidence.web_folders({"/owa/auth"});
  evidence.chain("2021-03-03 06:00:00", kIntruder);
  evidence.door_request("2021-03-03 06:00:30", kIntruder, kDoorUrl, 200);
  return evidence;
}

// Two commands in a minute.
HandMade commanded_by(std::string_view client) {
  HandMade evidence = planted();
  evidence.door_request("2021-03-09 10:00:00", client, kDoorUrl, 200, "POST");
  evidence.door_request("2021-03-09 10:00:20", client, kDoorUrl, 200, "POST");
  return evidence;
}

void add_command(HandMade& evidence, std::string_view time, const std::string& line) {
  evidence.row(
      "windows-events", detect::Step::execution, time, "",
      {{"image", "C:\\Windows\\System32\\cmd.exe"}, {"command-line", line}, {"channel", "Security"}});
}

TEST(SelfRemoval, AStrangersLastRequestsBeforeTheDoorIsMissedAreNoReEntry) {
  HandMade evidence = commanded_by(kAuthority);
  evidence.door_request("2021-03-09 10:00:41", kAuthority, kDoorUrl, 302);
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  ASSERT_EQ(report.doors.size(), 1U);
  const Door& door = report.doors[0];
  EXPECT_FALSE(door.re_entered);
  EXPECT_EQ(door.removed_by, "a request from 198.51.100.4 to delete itself");
  EXPECT_EQ(door.removed_before, at("2021-03-09 10:00:20"));
  ASSERT_NE(remover_of(door), nullptr);
  EXPECT_EQ(remover_of(door)->client, kAuthority);
  EXPECT_EQ(
      hand_made::answer(report, "returned").text,
      "No sign of it: 198.51.100.4 only asked the back door to delete itself, 2021-03-09 10:00 UTC. No log "
      "tells who that was.");
}

TEST(SelfRemoval, ARecordedCommandTellsItWithoutAMiss) {
  HandMade evidence = commanded_by(kAuthority);
  add_command(evidence, "2021-03-09 10:00:20", "cmd /c del /f \"C:\\x\\RedirSuiteServerProxy.aspx\"");
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored) << "the command is no re-entry either";
  EXPECT_EQ(programs_ran(report), "") << "nor a program of an intruder";
  EXPECT_THAT(report.doors.at(0).reasons, Contains(HasSubstr("the command that deleted it was recorded")));
}

TEST(SelfRemoval, AnotherFilesDeletionProvesNothing) {
  HandMade evidence = commanded_by(kAuthority);
  add_command(evidence, "2021-03-09 10:00:20", "cmd /c del C:\\Windows\\Temp\\out.txt");
  add_command(evidence, "2021-03-09 10:00:20", "cmd /c model RedirSuiteServerProxy.aspx");
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::re_entered);
}

TEST(SelfRemoval, WhenItWasMissedOnlyLaterNobodyCanTell) {
  HandMade evidence = commanded_by(kAuthority);
  evidence.door_request("2021-03-09 13:00:00", kSweeper, kDoorUrl, 302);
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::re_entered);
  EXPECT_EQ(report.doors.at(0).removed_by, "");
}

TEST(SelfRemoval, AnIntruderWhoTidiesUpCameBack) {
  HandMade evidence = commanded_by(kIntruder);
  evidence.door_request("2021-03-09 10:00:41", kIntruder, kDoorUrl, 302);
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::re_entered);
  EXPECT_EQ(remover_of(report.doors.at(0)), nullptr);
}

TEST(SelfRemoval, WhoDidMoreThanThatUsedTheDoor) {
  HandMade evidence = commanded_by(kAuthority);
  for (const auto* time : {"2021-03-09 09:58:00", "2021-03-09 09:58:30", "2021-03-09 09:59:00"})
    evidence.door_request(time, kAuthority, kDoorUrl, 200, "POST");
  evidence.door_request("2021-03-09 10:00:41", kAuthority, kDoorUrl, 302);
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::re_entered);
  HandMade earlier = commanded_by(kAuthority);
  earlier.door_request("2021-03-08 10:00:00", kAuthority, kDoorUrl, 200, "POST");
  earlier.door_request("2021-03-09 10:00:41", kAuthority, kDoorUrl, 302);
  EXPECT_EQ(earlier.report().verdict.compromise, Compromise::re_entered) << "came on another day as well";
}

TEST(SelfRemoval, PlantedAgainAfterwardsIsASecondPlantingAndNoReEntry) {
  HandMade evidence = commanded_by(kAuthority);
  evidence.door_request("2021-03-09 10:00:41", kAuthority, kDoorUrl, 302);
  evidence.chain("2021-03-10 02:00:00", kIntruder);
  evidence.door_request("2021-03-10 02:00:30", kIntruder, kDoorUrl, 200);
  const ServerReport report = evidence.report();
  const Door& door = report.doors.at(0);
  ASSERT_EQ(door.replanted.size(), 1U);
  EXPECT_EQ(door.replanted[0].gone_by, at("2021-03-09 10:00:20"));
  EXPECT_EQ(door.replanted[0].planted, at("2021-03-10 02:00:11"));
  ASSERT_NE(remover_of(door), nullptr);
  EXPECT_EQ(remover_of(door)->client, kAuthority);
  EXPECT_FALSE(door.removed_before) << "it came back";
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
}

TEST(SelfRemoval, ARecordedCommandAndAWriteAreASecondPlantingWithoutAMiss) {
  HandMade evidence = commanded_by(kAuthority);
  add_command(evidence, "2021-03-09 10:00:20", "cmd /c del /f \"C:\\x\\RedirSuiteServerProxy.aspx\"");
  evidence.chain("2021-03-10 02:00:00", kIntruder);
  evidence.door_request("2021-03-10 02:00:30", kIntruder, kDoorUrl, 200);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.at(0).replanted.size(), 1U);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
}

TEST(SelfRemoval, ADeletionThatFailedIsNoSecondPlanting) {
  HandMade evidence = commanded_by(kAuthority);
  add_command(evidence, "2021-03-09 10:00:20", "cmd /c del /f \"C:\\x\\RedirSuiteServerProxy.aspx\"");
  evidence.door_request("2021-03-10 02:00:30", "203.0.113.99", kDoorUrl, 200, "POST");
  const ServerReport report = evidence.report();
  EXPECT_TRUE(report.doors.at(0).replanted.empty());
  EXPECT_EQ(report.doors.at(0).removed_by, "");
  EXPECT_EQ(report.verdict.compromise, Compromise::re_entered);
}

// Out of reach on the 5th and there on the 6th: nobody can tell whether it was written again. That must not
// be taken for the absence that the deletion of the 9th began.
TEST(SelfRemoval, AnEarlierMissThatProvesNothingDoesNotHideIt) {
  HandMade evidence = commanded_by(kAuthority);
  evidence.door_request("2021-03-05 10:00:00", kSweeper, kDoorUrl, 302);
  evidence.door_request("2021-03-06 10:00:00", kSweeper, kDoorUrl, 200);
  evidence.door_request("2021-03-09 10:00:41", kAuthority, kDoorUrl, 302);
  evidence.chain("2021-03-10 02:00:00", kIntruder);
  evidence.door_request("2021-03-10 02:00:30", kIntruder, kDoorUrl, 200);
  const ServerReport report = evidence.report();
  const Door& door = report.doors.at(0);
  ASSERT_EQ(door.replanted.size(), 1U);
  EXPECT_EQ(door.replanted[0].gone_by, at("2021-03-09 10:00:20"));
  ASSERT_NE(remover_of(door), nullptr);
  EXPECT_EQ(remover_of(door)->client, kAuthority);
  EXPECT_THAT(door.reasons, Contains(HasSubstr("merely out of reach for a while")));
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
}

TEST(SelfRemoval, TwoStrangersWhoEachHadItDeleteItselfDidNotComeBack) {
  constexpr std::string_view kOther = "192.0.2.17";
  HandMade evidence = commanded_by(kAuthority);
  evidence.door_request("2021-03-09 10:00:41", kAuthority, kDoorUrl, 302);
  evidence.chain("2021-03-10 02:00:00", kIntruder);
  evidence.door_request("2021-03-10 02:00:30", kIntruder, kDoorUrl, 200);
  evidence.door_request("2021-03-12 10:00:00", kOther, kDoorUrl, 200, "POST");
  evidence.door_request("2021-03-12 10:00:10", kOther, kDoorUrl, 302);
  const ServerReport report = evidence.report();
  const Door& door = report.doors.at(0);
  EXPECT_FALSE(door.re_entered);
  EXPECT_EQ(door.replanted.size(), 1U);
  ASSERT_NE(remover_of(door), nullptr);
  EXPECT_EQ(remover_of(door)->client, kOther) << "the last";
  EXPECT_EQ(removal_time(door), at("2021-03-12 10:00:00"));
  EXPECT_THAT(door.reasons, Contains(HasSubstr("198.51.100.4 sent it its last requests")));
  EXPECT_THAT(door.reasons, Contains(HasSubstr("192.0.2.17 sent it its last requests")));
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
}

// The answer names the minute of the deletion, not of the look whether it worked.
TEST(SelfRemoval, IsDatedByItsLastRequestThatDidSomething) {
  HandMade evidence = planted();
  evidence.door_request("2021-03-09 10:00:50", kAuthority, kDoorUrl, 200, "POST");
  evidence.door_request("2021-03-09 10:02:10", kAuthority, kDoorUrl, 302);
  const ServerReport report = evidence.report();
  EXPECT_EQ(removal_time(report.doors.at(0)), at("2021-03-09 10:00:50"));
  EXPECT_THAT(hand_made::answer(report, "returned").text, HasSubstr("delete itself, 2021-03-09 10:00 UTC."));
  EXPECT_THAT(hand_made::answer(report, "left-behind").text, HasSubstr("gone by 2021-03-09 10:00 UTC"));
}

TEST(SelfRemoval, OthersWhoUsedItCameBackAllTheSame) {
  HandMade evidence = commanded_by(kAuthority);
  evidence.door_request("2021-03-05 10:00:00", "203.0.113.99", kDoorUrl, 200, "POST");
  evidence.door_request("2021-03-09 10:00:41", kAuthority, kDoorUrl, 302);
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::re_entered);
  ASSERT_NE(remover_of(report.doors.at(0)), nullptr);
  EXPECT_THAT(hand_made::answer(report, "returned").text, HasSubstr("1 answered request"));
}

}  // namespace
}  // namespace afterpatch::assess

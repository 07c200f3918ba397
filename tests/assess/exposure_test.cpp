#include "assess/exposure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using hand_made::at;
using hand_made::kPatched;
using hand_made::kUnpatched;
using HandMade = hand_made::Evidence;

ExposureHistory history_of(const HandMade& evidence) {
  return exposure_history(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product);
}

BuildStatus status(const std::string& build) {
  return status_of(build, *hand_made::loaded().campaign, *hand_made::loaded().product);
}

TEST(Exposure, BuildsAreJudgedByTheEntryFlaws) {
  EXPECT_EQ(status("15.1.2176.2").status, Exposure::unpatched);
  EXPECT_EQ(status("15.1.2176.9").status, Exposure::patched);
  EXPECT_EQ(status("15.2.1118.7").status, Exposure::patched);
  EXPECT_EQ(status("15.1.2176.2").open_cves.size(), 4U);
  EXPECT_TRUE(status("15.1.2176.9").open_cves.empty());
}

TEST(Exposure, ExchangeTwentyTenHasOnlyTheFlawThatIsNoWayIn) {
  const BuildStatus old = status("14.3.496.0");
  EXPECT_EQ(old.status, Exposure::not_affected);
  EXPECT_THAT(old.open_cves, testing::ElementsAre("CVE-2021-26857"));
}

TEST(Exposure, ABuildWithoutItsLastNumberIsAmbiguous) {
  EXPECT_EQ(status("15.1.2176").status, Exposure::build_ambiguous);
  EXPECT_EQ(status("15.1.2176.0").status, Exposure::build_ambiguous);
  EXPECT_EQ(status("15.2.1118").status, Exposure::patched) << "every build of that update has the fix";
}

// Flaws that came out one after the other, as in exchange-other: the build of October 2021 is open to the one
// of November, but nobody could have closed that in October.
TEST(Exposure, AFlawOfLaterCountsOnlyFromItsOwnPatchOn) {
  knowledge::Campaign campaign = *hand_made::loaded().campaign;
  campaign.flaws = {{"CVE-2020-0688", "", "", true}, {"CVE-2021-42321", "", "", true}};
  campaign.patch_released = at("2020-02-11 00:00:00");
  const auto on = [&](const char* build, const char* time) {
    return status_of(build, campaign, *hand_made::loaded().product, at(time)).status;
  };
  EXPECT_EQ(on("15.1.2375.12", "2021-10-20 00:00:00"), Exposure::patched);
  EXPECT_EQ(on("15.1.2375.12", "2021-11-20 00:00:00"), Exposure::unpatched);
  EXPECT_EQ(on("15.1.2375.17", "2021-11-20 00:00:00"), Exposure::patched);
  EXPECT_EQ(on("15.1.1913.5", "2020-01-20 00:00:00"), Exposure::unpatched) << "used before its patch";
}

TEST(Exposure, NonsenseIsUnknown) {
  EXPECT_EQ(status("").status, Exposure::unknown);
  EXPECT_EQ(status("41.42.31996.0").status, Exposure::unknown);
  EXPECT_EQ(status("<script>").status, Exposure::unknown);
}

TEST(Exposure, SightingsOfManyFilesBecomeOneSpan) {
  HandMade evidence;
  for (int day = 1; day <= 5; ++day) {
    evidence.log("http-proxy", "2021-03-0" + std::to_string(day) + " 00:00:00",
                 "2021-03-0" + std::to_string(day) + " 23:00:00", kUnpatched);
  }
  const auto history = history_of(evidence);
  ASSERT_EQ(history.spans.size(), 1U);
  EXPECT_EQ(history.spans[0].last, at("2021-03-05 23:00:00"));
  EXPECT_EQ(history.at_end, Exposure::unpatched);
  EXPECT_FALSE(history.patched_at.has_value());
}

TEST(Exposure, ThePatchIsTheFirstRowWithAFixedBuild) {
  HandMade evidence;
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-04 20:00:00", kUnpatched);
  evidence.log("http-proxy", "2021-03-04 21:00:00", "2021-03-09 00:00:00", kPatched);
  const auto history = history_of(evidence);
  EXPECT_EQ(history.patched_at, at("2021-03-04 21:00:00"));
  EXPECT_EQ(history.last_unfixed, at("2021-03-04 20:00:00"));
  EXPECT_EQ(history.at_end, Exposure::patched);
}

// The protocols of the front end write files of their own, which change build minutes apart.
TEST(Exposure, ProtocolsThatChangeMinutesApartAreOnePatching) {
  HandMade evidence;
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-04 20:00:00", kUnpatched);
  evidence.log("http-proxy", "2021-03-04 20:05:00", "2021-03-09 00:00:00", kPatched);
  evidence.log("http-proxy", "2021-03-04 20:06:00", "2021-03-04 20:20:00", kUnpatched);
  evidence.log("http-proxy", "2021-03-04 20:21:00", "2021-03-09 00:00:00", kPatched);
  const auto history = history_of(evidence);
  EXPECT_EQ(history.spans.size(), 2U);
  EXPECT_TRUE(history.notes.empty());
  EXPECT_EQ(history.at_end, Exposure::patched);
}

TEST(Exposure, TwoBuildsSideBySideAreSaidAndJudgedByTheWorse) {
  HandMade evidence;
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-09 00:00:00", kUnpatched);
  evidence.log("http-proxy", "2021-03-02 00:00:00", "2021-03-09 10:00:00", kPatched);
  const auto history = history_of(evidence);
  EXPECT_EQ(history.at_end, Exposure::unpatched);
  EXPECT_THAT(history.notes, testing::Contains(testing::HasSubstr("side by side")));
}

TEST(Exposure, ALaterLogSpeaksOnlyWhereTheBetterOneIsSilent) {
  HandMade evidence;
  evidence.log("http-proxy", "2021-03-05 00:00:00", "2021-03-09 00:00:00", kPatched);
  evidence.log("ecp-server", "2021-02-01 00:00:00", "2021-03-08 00:00:00", kUnpatched);
  const auto history = history_of(evidence);
  ASSERT_EQ(history.spans.size(), 2U);
  EXPECT_EQ(history.spans[0].source, "ecp-server");
  EXPECT_EQ(history.spans[0].last, at("2021-03-05 00:00:00"));
  EXPECT_EQ(history.at_end, Exposure::patched);
}

void on_disk(HandMade& evidence, std::string_view build, detect::BuildSource source) {
  evidence.findings.newest_file = at("2021-03-20 00:00:00");
  evidence.findings.build_traces.push_back({std::string(build), source, {}});
}

TEST(Exposure, TheProgramOnTheDiskSaysHowItEnds) {
  HandMade evidence;
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-09 00:00:00", kUnpatched);
  on_disk(evidence, kPatched, detect::BuildSource::program_file);
  const auto history = history_of(evidence);
  EXPECT_EQ(history.at_end, Exposure::patched);
  EXPECT_FALSE(history.patched_at) << "between the last row and the collecting: nobody knows when";
  EXPECT_THAT(history.notes, testing::Contains(testing::HasSubstr("updated after the last row")));
}

TEST(Exposure, WhatTheSetUpNotedTellsTheCumulativeUpdateWhereNothingElseDoes) {
  HandMade evidence;
  on_disk(evidence, "15.1.2176", detect::BuildSource::registry);
  on_disk(evidence, "15.1.2176.14", detect::BuildSource::folder_name);
  const auto history = history_of(evidence);
  ASSERT_EQ(history.spans.size(), 1U);
  EXPECT_EQ(history.at_end, Exposure::build_ambiguous) << "folders may be former ones";
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-09 00:00:00", kUnpatched);
  EXPECT_EQ(history_of(evidence).spans.size(), 1U) << "the same cumulative update says nothing new";
  EXPECT_EQ(history_of(evidence).at_end, Exposure::unpatched);
}

TEST(Exposure, ALaterCumulativeUpdateThanTheLogsNameIsTold) {
  HandMade evidence;
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-09 00:00:00", kUnpatched);
  on_disk(evidence, "15.1.2242", detect::BuildSource::registry);
  const auto history = history_of(evidence);
  EXPECT_EQ(history.spans.size(), 2U);
  EXPECT_EQ(history.at_end, Exposure::patched);
  EXPECT_FALSE(history.patched_at);
  EXPECT_THAT(history.notes, testing::Contains(testing::HasSubstr("the set-up noted 15.1.2242")));
}

TEST(Exposure, AProgramThatAgreesWithTheLogsChangesNothing) {
  HandMade evidence;
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-09 00:00:00", kUnpatched);
  on_disk(evidence, kUnpatched, detect::BuildSource::program_file);
  const auto history = history_of(evidence);
  EXPECT_EQ(history.spans.size(), 1U);
  EXPECT_TRUE(history.notes.empty());
}

TEST(Exposure, FoldersNamedAfterBuildsSpeakOnlyWhereNothingElseDoes) {
  HandMade evidence;
  on_disk(evidence, "15.1.2176.2", detect::BuildSource::folder_name);
  on_disk(evidence, "15.1.2176.14", detect::BuildSource::folder_name);
  const auto history = history_of(evidence);
  ASSERT_EQ(history.spans.size(), 1U);
  EXPECT_EQ(history.spans[0].build, "15.1.2176.14") << "the highest, by number";
  EXPECT_EQ(history.at_end, Exposure::patched);
  EXPECT_THAT(history.notes, testing::Contains(testing::HasSubstr("former one")));
  evidence.log("http-proxy", "2021-03-01 00:00:00", "2021-03-09 00:00:00", kUnpatched);
  EXPECT_EQ(history_of(evidence).at_end, Exposure::unpatched);
}

}  // namespace
}  // namespace afterpatch::assess

#include "assess/patch_dates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "assess/assess.h"
#include "assess/hand_made.h"
#include "knowledge/catalogue.h"

namespace afterpatch::assess {
namespace {

using hand_made::at;
using testing::HasSubstr;

const knowledge::LoadedCampaign& other_flaws() {
  static const knowledge::LoadedCampaign campaign = [] {
    auto result = knowledge::load_campaign(std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge",
                                           "exchange-other");
    EXPECT_TRUE(result) << to_string(result.error());
    return std::move(*result);
  }();
  return campaign;
}

PatchDates of_other_flaws() {
  return {*other_flaws().campaign, *other_flaws().product};
}

// 2020-02-11 by Microsoft; 2021-04-13 and 2021-11-09 are the releases of the first fixed builds.
TEST(PatchDates, OfFlawsThatCameOutOneAfterTheOtherAreTheirOwn) {
  const PatchDates dates = of_other_flaws();
  EXPECT_EQ(dates.of("CVE-2020-0688"), at("2020-02-11 00:00:00"));
  EXPECT_EQ(dates.of("CVE-2021-33766"), at("2021-04-13 00:00:00"));
  EXPECT_EQ(dates.of("CVE-2021-42321"), at("2021-11-09 00:00:00"));
  EXPECT_FALSE(dates.is_later("CVE-2020-0688"));
  EXPECT_TRUE(dates.is_later("CVE-2021-42321"));
}

TEST(PatchDates, OfAWaveAreItsPatch) {
  const PatchDates dates(*hand_made::loaded().campaign, *hand_made::loaded().product);
  EXPECT_EQ(dates.of_used({"CVE-2021-26855", "CVE-2021-27065"}),
            hand_made::loaded().campaign->patch_released);
  EXPECT_EQ(dates.of_used({}), hand_made::loaded().campaign->patch_released);
}

TEST(PatchDates, OfSeveralFlawsThatWereUsedTheEarliestCounts) {
  const PatchDates dates = of_other_flaws();
  EXPECT_EQ(dates.of_used({"CVE-2021-42321"}), at("2021-11-09 00:00:00"));
  EXPECT_EQ(dates.of_used({"CVE-2021-33766", "CVE-2021-42321"}), at("2021-04-13 00:00:00"));
  EXPECT_EQ(dates.of_used({"CVE-1999-0001"}), at("2020-02-11 00:00:00"));
}

std::string told_of(std::string_view time, const std::string& cve) {
  hand_made::Evidence evidence;
  detect::Detection& row = evidence.row("iis-w3c", detect::Step::exploit, time, hand_made::kIntruder,
                                        {{"method", "POST"}, {"path", "/ecp/default.aspx"}});
  row.campaign = "exchange-other";
  row.cves = {cve};
  const ServerReport report = assess(evidence.findings, *other_flaws().campaign, *other_flaws().product, {});
  return hand_made::answer(report, "exploited").text;
}

TEST(PatchDates, AreThoseThatTheAnswerCountsFrom) {
  EXPECT_THAT(told_of("2021-11-27 06:45:00", "CVE-2021-42321"),
              HasSubstr("18 days after the patch came out"));
  EXPECT_THAT(told_of("2021-10-20 06:45:00", "CVE-2021-42321"), HasSubstr("before the patch existed"));
  EXPECT_THAT(told_of("2020-02-29 03:01:00", "CVE-2020-0688"), HasSubstr("18 days after the patch came out"));
}

}  // namespace
}  // namespace afterpatch::assess

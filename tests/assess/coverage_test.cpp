#include "assess/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using hand_made::at;
using HandMade = hand_made::Evidence;

std::vector<CoverageLine> lines_of(const HandMade& evidence,
                                   std::optional<Timestamp> patched_at = std::nullopt) {
  return coverage_lines(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product,
                        patched_at);
}

const CoverageLine& line(const std::vector<CoverageLine>& lines, std::string_view log) {
  return *std::find_if(lines.begin(), lines.end(), [&](const auto& l) { return l.log == log; });
}

TEST(Coverage, ALogThatIsMissingIsNamedWithWhatThatHides) {
  const auto lines = lines_of(HandMade());
  const CoverageLine& proxy = line(lines, "http-proxy");
  EXPECT_TRUE(proxy.needed);
  EXPECT_TRUE(proxy.decisive);
  EXPECT_EQ(proxy.share_of_window, 0);
  EXPECT_EQ(proxy.note, "no file of this kind was found");
  ASSERT_EQ(proxy.gaps.size(), 1U);
  EXPECT_FALSE(proxy.gaps[0].hides.empty());
  EXPECT_FALSE(is_sufficient(lines));
}

TEST(Coverage, ANightOfSilenceIsNoGapAndADayIsOne) {
  HandMade evidence;
  evidence.log("iis-w3c", "2021-03-01 00:00:00", "2021-03-01 20:00:00");
  evidence.log("iis-w3c", "2021-03-02 08:00:00", "2021-03-02 20:00:00");
  evidence.log("iis-w3c", "2021-03-03 23:00:00", "2021-03-04 20:00:00");
  const CoverageLine iis = line(lines_of(evidence), "iis-w3c");
  ASSERT_EQ(iis.spans.size(), 2U);
  EXPECT_EQ(iis.spans[0].first, at("2021-03-01"));
  EXPECT_EQ(iis.spans[0].last, at("2021-03-02 21:00:00"));
  ASSERT_EQ(iis.gaps.size(), 3U);
  EXPECT_EQ(iis.gaps[1].first, at("2021-03-02 21:00:00"));
  EXPECT_EQ(iis.gaps[1].last, at("2021-03-03 23:00:00"));
}

TEST(Coverage, AWeekendWithoutAdministrationIsNoGapOfTheEcpLog) {
  HandMade evidence;
  evidence.log("ecp-server", "2021-03-05 16:00:00", "2021-03-05 16:00:00");
  evidence.log("ecp-server", "2021-03-08 08:00:00", "2021-03-08 08:00:00");
  EXPECT_EQ(line(lines_of(evidence), "ecp-server").spans.size(), 1U);
}

TEST(Coverage, AnEventLogSaysWhatItsGapsHideAndMayBeSilentForDays) {
  HandMade evidence;
  evidence.log("event-msexchange-management", "2021-03-01 16:00:00", "2021-03-01 16:00:00");
  evidence.log("event-msexchange-management", "2021-03-03 08:00:00", "2021-03-03 08:00:00");
  const CoverageLine management = line(lines_of(evidence), "event-msexchange-management");
  EXPECT_EQ(management.title, "MSExchange Management event log");
  EXPECT_EQ(management.spans.size(), 1U);
  ASSERT_FALSE(management.gaps.empty());
  EXPECT_NE(management.gaps[0].hides.find("which Exchange commands were run"), std::string::npos);
  EXPECT_FALSE(management.needed);
}

TEST(Coverage, CrucialDaysEndWithTheDayOfPatching) {
  const auto& campaign = *hand_made::loaded().campaign;
  const TimeRange days = crucial_days(campaign, at("2021-03-04 21:00:00"));
  EXPECT_EQ(days.first, campaign.mass_start);
  EXPECT_EQ(days.last, at("2021-03-05"));
  EXPECT_EQ(crucial_days(campaign, std::nullopt).last, campaign.window_end);
}

TEST(Coverage, CrucialDaysEndWhenTheEvidenceWasCollected) {
  const auto& campaign = *hand_made::loaded().campaign;
  EXPECT_EQ(crucial_days(campaign, std::nullopt, at("2021-03-08 10:00:00")).last, at("2021-03-08 10:00:00"));
  EXPECT_EQ(crucial_days(campaign, at("2021-03-04 21:00:00"), at("2021-03-08 10:00:00")).last,
            at("2021-03-05"));
  EXPECT_EQ(crucial_days(campaign, std::nullopt, at("2026-03-08 10:00:00")).last, campaign.window_end);
}

TEST(Coverage, CrucialDaysAreAllAskedForWhenTheEvidenceIsOlderThanTheWave) {
  const auto& campaign = *hand_made::loaded().campaign;
  EXPECT_EQ(crucial_days(campaign, std::nullopt, at("2017-07-21 10:00:00")).last, campaign.window_end);
}

TEST(Coverage, DecisiveLogsThatCoverTheCrucialDaysSuffice) {
  HandMade evidence;
  evidence.logs("2021-02-26 00:00:00", "2021-03-05 00:00:00");
  EXPECT_TRUE(is_sufficient(lines_of(evidence, at("2021-03-04 21:00:00"))));
  EXPECT_FALSE(is_sufficient(lines_of(evidence))) << "never patched: the window's end is far";
}

TEST(Coverage, SharesAreByHours) {
  HandMade evidence;
  const auto& campaign = *hand_made::loaded().campaign;
  const auto half = campaign.window_start + (campaign.window_end - campaign.window_start) / 2;
  evidence.log("iis-w3c", to_iso8601(campaign.window_start), to_iso8601(half - std::chrono::hours(1)));
  EXPECT_NEAR(line(lines_of(evidence), "iis-w3c").share_of_window, 0.5, 0.001);
}

}  // namespace
}  // namespace afterpatch::assess

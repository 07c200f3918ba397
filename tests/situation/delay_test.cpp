#include "situation/delay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "situation/draw_counts.h"

namespace afterpatch::situation {
namespace {

TEST(Delay, ReportsOnTheSameDayNeedNoCorrection) {
  const auto days = nowcast({{0, 0}, {0, 0}, {2, 2}}, 3);
  ASSERT_EQ(days.size(), 4U);
  for (const NowcastDay& day : days) {
    EXPECT_DOUBLE_EQ(day.complete, 1);
    EXPECT_DOUBLE_EQ(*day.expected, static_cast<double>(day.reported));
    EXPECT_DOUBLE_EQ(day.low, day.high);
  }
}

// Delays 0 and 1 are equally common; on the last day only those of 0 can be known.
TEST(Delay, HalfOfTheNewestDayIsMissing) {
  std::vector<ReportedEvent> events;
  for (std::int64_t day = 0; day < 10; ++day)
    for (int i = 0; i < 4; ++i) events.push_back({day, day + i % 2});
  EXPECT_THAT(delay_distribution(events, 9), testing::ElementsAre(testing::DoubleNear(0.5, 1e-9), 1.0));
  const auto days = nowcast(events, 9);
  EXPECT_EQ(days.back().reported, 2U);
  EXPECT_NEAR(*days.back().expected, 4, 1e-9);
  EXPECT_LE(days.back().low, 4);
  EXPECT_GE(days.back().high, 4);
}

// Counting known delays only would take short ones for commoner than they are.
TEST(Delay, TheDistributionIsThatOfAllEventsAndNotOfThoseKnown) {
  range::Random random(1);
  std::vector<ReportedEvent> events;
  for (std::int64_t day = 0; day < 60; ++day)
    for (int i = 0; i < 200; ++i)
      events.push_back({day, day + static_cast<std::int64_t>(-6 * std::log1p(-unit(random)))});
  const auto shares = delay_distribution(events, 59);
  for (const std::size_t d : {1U, 5U, 10U, 20U})
    EXPECT_NEAR(shares[d], 1 - std::exp(-(static_cast<double>(d) + 1) / 6), 0.03) << d;
}

TEST(Delay, TheBandHoldsTheTruthAboutAsOftenAsItSays) {
  range::Random random(2);
  int inside = 0, all = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<ReportedEvent> events;
    std::vector<double> truth(40, 0);
    for (std::int64_t day = 0; day < 40; ++day) {
      const auto count = draw_poisson(random, 30);
      truth[static_cast<std::size_t>(day)] = static_cast<double>(count);
      for (std::uint64_t i = 0; i < count; ++i)
        events.push_back({day, day + static_cast<std::int64_t>(-4 * std::log1p(-unit(random)))});
    }
    for (const NowcastDay& day : nowcast(events, 39)) {
      if (day.day < 34 || day.day > 38 || !day.expected) continue;
      const double real = truth[static_cast<std::size_t>(day.day)];
      inside += day.low - 0.5 <= real && real <= day.high + 0.5 ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GT(inside, all * 88 / 100);
}

TEST(Delay, DaysOfWhichHardlyAnythingIsKnownGetNoEstimate) {
  std::vector<ReportedEvent> events;
  for (std::int64_t day = 0; day < 30; ++day) events.push_back({day, day + 9});
  const auto days = nowcast(events, 29);
  EXPECT_FALSE(days.back().expected);
  EXPECT_TRUE(days.front().expected);
}

TEST(Delay, WhatIsReportedAfterTodayIsNotKnown) {
  EXPECT_TRUE(nowcast({{5, 20}}, 10).empty());
  EXPECT_TRUE(nowcast({}, 10).empty());
}

TEST(Delay, AReportBeforeItsEventCountsAsTheSameDay) {
  const auto days = nowcast({{5, 3}}, 5);
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0].reported, 1U);
}

}  // namespace
}  // namespace afterpatch::situation

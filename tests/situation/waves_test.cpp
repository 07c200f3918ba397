#include "situation/waves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "situation/draw_counts.h"

namespace afterpatch::situation {
namespace {

std::vector<NowcastDay> known_days(const std::vector<std::uint64_t>& counts) {
  std::vector<NowcastDay> out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    out.push_back({static_cast<std::int64_t>(i), counts[i], 1, count, count, count});
  }
  return out;
}

std::vector<std::uint64_t> draw_series(range::Random& random, const std::vector<double>& rates) {
  std::vector<std::uint64_t> counts;
  for (const double rate : rates) counts.push_back(draw_poisson(random, rate));
  return counts;
}

TEST(Waves, AreDatedToTheDay) {
  const auto found = find_waves(known_days({0, 1, 0, 0, 30, 28, 33, 31, 0, 1, 0, 0, 0, 1, 0})).waves;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].first_day, 4);
  EXPECT_EQ(found[0].last_day, 7);
  EXPECT_EQ(found[0].events, 122U);
  EXPECT_TRUE(found[0].both_methods);
  EXPECT_FALSE(found[0].open);
}

TEST(Waves, AQuietCampaignThatTurnsIntoAMassCampaignIsTwo) {
  const auto found =
      find_waves(known_days({0, 0, 0, 0, 0, 0, 8, 9, 7, 8, 80, 85, 78, 90, 0, 0, 0, 0, 0, 0, 0})).waves;
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].last_day, 9);
  EXPECT_EQ(found[1].first_day, 10);
}

TEST(Waves, ATailIsNoWaveOfItsOwn) {
  const auto found =
      find_waves(known_days({0, 0, 0, 0, 0, 0, 90, 95, 88, 9, 8, 9, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0})).waves;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].last_day, 8);
}

TEST(Waves, ASlowDeclineBelongsToItsWave) {
  const auto found =
      find_waves(known_days({0, 0, 0, 0, 0, 0, 60, 62, 58, 35, 34, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
          .waves;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].last_day, 11);
}

TEST(Waves, EvenNoiseHasNone) {
  range::Random random(1);
  int rounds_with_waves = 0;
  for (int round = 0; round < 200; ++round)
    rounds_with_waves +=
        find_waves(known_days(draw_series(random, std::vector<double>(60, 4)))).waves.empty() ? 0 : 1;
  EXPECT_LE(rounds_with_waves, 2);
}

TEST(Waves, AreFoundWithinADayInNoise) {
  range::Random random(2);
  int right = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<double> rates(60, 1);
    for (std::size_t i = 20; i < 25; ++i) rates[i] = 20;
    const auto found = find_waves(known_days(draw_series(random, rates))).waves;
    right +=
        found.size() == 1 && std::abs(found[0].first_day - 20) <= 1 && std::abs(found[0].last_day - 24) <= 1;
  }
  EXPECT_GE(right, 97);
}

TEST(Waves, OneThatGoesOnIsOpen) {
  const auto found = find_waves(known_days({0, 0, 0, 0, 0, 0, 0, 0, 20, 22, 25})).waves;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].open);
}

TEST(Waves, DaysThatAreHardlyReportedAreLeftOut) {
  auto days = known_days({0, 0, 0, 0, 0, 0, 0, 0, 20, 22, 25, 1});
  days.back().complete = 0.02;
  days.back().expected.reset();
  const auto found = find_waves(days).waves;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].last_day, 10);
  EXPECT_TRUE(found[0].open);
}

TEST(Waves, NothingHasNone) {
  EXPECT_TRUE(find_waves({}).waves.empty());
  EXPECT_TRUE(find_waves(known_days({0, 0, 0})).waves.empty());
}

}  // namespace
}  // namespace afterpatch::situation

#include "store/survival.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace afterpatch::store {
namespace {

// Remission times of the 6-MP arm of Freireich et al. 1963, the textbook example (Kalbfleisch and Prentice,
// table 1.2).
std::vector<Lifetime> freireich() {
  std::vector<Lifetime> out;
  for (const double days : {6, 6, 6, 7, 10, 13, 16, 22, 23}) out.push_back({days, true});
  for (const double days : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) out.push_back({days, false});
  return out;
}

TEST(KaplanMeier, AgreesWithTheTextbook) {
  const auto steps = kaplan_meier(freireich());
  ASSERT_EQ(steps.size(), 7U);
  const std::vector<double> times = {6, 7, 10, 13, 16, 22, 23};
  const std::vector<double> open = {0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].days, times[i]);
    EXPECT_NEAR(steps[i].open, open[i], 0.0001);
    EXPECT_LE(steps[i].low, steps[i].open);
    EXPECT_GE(steps[i].high, steps[i].open);
  }
  EXPECT_NEAR(steps[0].low, 0.620, 0.001);  // log-log band, as R's survfit prints it
  EXPECT_NEAR(steps[0].high, 0.952, 0.001);
}

TEST(HalfLife, IsTheMedianWhereHalfWereSeenPatching) {
  const HalfLife half = half_life(freireich());
  EXPECT_EQ(half.method, HalfLifeMethod::kaplan_meier);
  EXPECT_EQ(half.days, 23);
  EXPECT_EQ(half.low, 13.0);  // as R's survfit(conf.type = "log-log")
  EXPECT_EQ(half.high, std::nullopt);
  EXPECT_EQ(half.servers, 21U);
  EXPECT_EQ(half.patched, 9U);
}

TEST(HalfLife, FindsTheHalfLifeOfAKnownCurve) {
  std::mt19937_64 random(3);
  std::exponential_distribution<double> patching(std::log(2.0) / 6);
  std::vector<Lifetime> lifetimes;
  for (int i = 0; i < 20'000; ++i) {
    const double days = patching(random);
    const double lost = 40.0 * static_cast<double>(random() % 1000) / 1000;
    lifetimes.push_back(days < lost ? Lifetime{days, true} : Lifetime{lost, false});
  }
  const HalfLife half = half_life(lifetimes);
  EXPECT_EQ(half.method, HalfLifeMethod::kaplan_meier);
  EXPECT_NEAR(half.days, 6, 0.3);
  EXPECT_LT(*half.low, 6.3);
  EXPECT_GT(*half.high, 5.7);
}

TEST(HalfLife, IsAFitWhereFewerThanHalfPatched) {
  std::mt19937_64 random(5);
  std::exponential_distribution<double> patching(std::log(2.0) / 60);
  std::vector<Lifetime> lifetimes;
  for (int i = 0; i < 20'000; ++i) {
    const double days = patching(random);
    lifetimes.push_back(days < 20 ? Lifetime{days, true} : Lifetime{20, false});
  }
  const HalfLife half = half_life(lifetimes);
  EXPECT_EQ(half.method, HalfLifeMethod::exponential);
  EXPECT_NEAR(half.days, 60, 3);
  EXPECT_LT(*half.low, half.days);
  EXPECT_GT(*half.high, half.days);
}

TEST(HalfLife, IsNotMadeUpWhenNobodyPatched) {
  EXPECT_EQ(half_life({}).method, HalfLifeMethod::none);
  EXPECT_EQ(half_life({{5, false}, {7, false}}).method, HalfLifeMethod::none);
}

}  // namespace
}  // namespace afterpatch::store

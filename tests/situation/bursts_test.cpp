#include "situation/bursts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "situation/draw_counts.h"

namespace afterpatch::situation {
namespace {

using States = std::vector<std::size_t>;
using Price = std::function<double(std::size_t state, std::size_t at)>;

double price_of(const States& states, double climb, const Price& price) {
  double sum = 0;
  std::size_t before = 0;
  for (std::size_t t = 0; t < states.size(); ++t) {
    if (states[t] > before) sum += static_cast<double>(states[t] - before) * climb;
    sum += price(states[t], t);
    before = states[t];
  }
  return sum;
}

// The least price over every sequence of states there is.
double least_price(std::size_t length, std::size_t states, double climb, const Price& price) {
  double least = std::numeric_limits<double>::infinity();
  States all(length, 0);
  for (;;) {
    least = std::min(least, price_of(all, climb, price));
    std::size_t at = 0;
    while (at < length && ++all[at] == states) all[at++] = 0;
    if (at == length) return least;
  }
}

TEST(Bursts, ViterbiIsAsCheapAsTheCheapestOfAllSequencesOfStates) {
  range::Random random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint64_t> counts(2 + random.below(5));
    for (auto& count : counts) count = random.below(4) == 0 ? random.below(30) : random.below(3);
    const std::size_t states = 2 + random.below(2);
    const BurstSettings settings{.scaling = 2, .gamma = unit(random) * 2, .states = states, .base_rate = 1.5};
    const Price price = [&](std::size_t state, std::size_t t) {
      const double rate = 1.5 * std::pow(2.0, static_cast<double>(state));
      return rate - static_cast<double>(counts[t]) * std::log(rate);
    };
    const double climb = settings.gamma * std::log(static_cast<double>(counts.size()));
    EXPECT_NEAR(price_of(batch_states(counts, settings), climb, price),
                least_price(counts.size(), states, climb, price), 1e-9);
  }
}

TEST(Bursts, TheBinomialCostIsAsCheapAsTheCheapestToo) {
  range::Random random(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint64_t> relevant(3 + random.below(4)), totals(relevant.size());
    double hits = 0, all = 0;
    for (std::size_t i = 0; i < relevant.size(); ++i) {
      totals[i] = 1 + random.below(40);
      relevant[i] = random.below(totals[i] / 2 + 1);
      hits += static_cast<double>(relevant[i]), all += static_cast<double>(totals[i]);
    }
    if (hits == 0) continue;
    const Price price = [&](std::size_t state, std::size_t t) {
      const double share = std::min(0.9999, hits / all * std::pow(2.0, static_cast<double>(state)));
      const auto k = static_cast<double>(relevant[t]);
      return -k * std::log(share) - (static_cast<double>(totals[t]) - k) * std::log(1 - share);
    };
    const double climb = std::log(static_cast<double>(relevant.size()));
    EXPECT_NEAR(price_of(batch_states(relevant, totals, {}), climb, price),
                least_price(relevant.size(), 2, climb, price), 1e-9);
  }
}

TEST(Bursts, FindsTheDaysOnWhichMuchMoreHappened) {
  EXPECT_THAT(batch_states({1, 1, 0, 1, 9, 8, 9, 1, 1, 0, 1, 1}, {}),
              testing::ElementsAre(0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0));
}

TEST(Bursts, ASingleEventIsNone) {
  EXPECT_THAT(
      batch_states({0, 0, 0, 1, 0, 0, 0, 0}, {.scaling = 2, .gamma = 1, .states = 2, .base_rate = 0.5}),
      testing::Each(0U));
}

TEST(Bursts, NothingIsNoBurst) {
  EXPECT_THAT(batch_states({0, 0, 0}, {}), testing::Each(0U));
  EXPECT_TRUE(batch_states(std::vector<std::uint64_t>{}, {}).empty());
  EXPECT_TRUE(gap_states({}, {}).empty());
}

TEST(Bursts, ADearerClimbGivesNoMoreBursts) {
  range::Random random(3);
  std::vector<std::uint64_t> counts(40);
  for (auto& count : counts) count = draw_poisson(random, 3);
  std::size_t before = counts.size() + 1;
  for (const double gamma : {0.0, 0.2, 0.5, 1.0, 3.0}) {
    std::size_t in_burst = 0;
    const BurstSettings settings{.scaling = 2, .gamma = gamma, .states = 2, .base_rate = 2.0};
    for (const std::size_t state : batch_states(counts, settings)) in_burst += state;
    EXPECT_LE(in_burst, before);
    before = in_burst;
  }
}

TEST(Bursts, ShorterGapsClimbHigher) {
  std::vector<double> gaps(30, 100.0);
  for (std::size_t i = 10; i < 20; ++i) gaps[i] = 1;
  for (std::size_t i = 13; i < 17; ++i) gaps[i] = 0.05;
  const States states = gap_states(gaps, {});
  EXPECT_EQ(states[5], 0U);
  EXPECT_GT(states[11], 2U);
  EXPECT_GE(states[15], states[11]);
  EXPECT_EQ(states[25], 0U);
}

TEST(Bursts, EventsAtOneMomentAreNoDivisionByZero) {
  EXPECT_EQ(gap_states({0, 0, 5, 5, 5}, {}).size(), 5U);
  EXPECT_THAT(gap_states({0, 0, 0}, {}), testing::Each(0U));
}

TEST(Bursts, HigherOnesLieWithinLowerOnes) {
  const auto bursts = bursts_of({0, 1, 2, 2, 1, 0, 1});
  ASSERT_EQ(bursts.size(), 3U);
  EXPECT_THAT((std::vector{bursts[0].first, bursts[0].last, bursts[0].level}), testing::ElementsAre(1, 4, 1));
  EXPECT_THAT((std::vector{bursts[1].first, bursts[1].last, bursts[1].level}), testing::ElementsAre(2, 3, 2));
  EXPECT_THAT((std::vector{bursts[2].first, bursts[2].last, bursts[2].level}), testing::ElementsAre(6, 6, 1));
}

}  // namespace
}  // namespace afterpatch::situation

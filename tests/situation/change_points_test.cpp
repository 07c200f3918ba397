#include "situation/change_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "situation/draw_counts.h"

namespace afterpatch::situation {
namespace {

using Counts = std::vector<std::uint64_t>;

// Minus twice the log-likelihood of one segment at its own mean, term by term.
double cost_of(const Counts& counts, std::size_t first, std::size_t end,
               const ChangePointSettings& settings) {
  double sum = 0;
  for (std::size_t i = first; i < end; ++i) sum += static_cast<double>(counts[i]);
  const double mean = sum / static_cast<double>(end - first);
  double log_likelihood = 0;
  for (std::size_t i = first; i < end; ++i) {
    const auto x = static_cast<double>(counts[i]);
    const double size = settings.size;
    if (settings.model == CountModel::poisson)
      log_likelihood += (x > 0 ? x * std::log(mean) : 0) - mean;
    else
      log_likelihood +=
          size * std::log(size / (size + mean)) + (x > 0 ? x * std::log(mean / (size + mean)) : 0);
  }
  return -2 * log_likelihood;
}

double cost_of(const Counts& counts, const std::vector<Segment>& segments,
               const ChangePointSettings& settings) {
  double sum = 0;
  for (const Segment& one : segments)
    sum += cost_of(counts, one.first, one.last + 1, settings) + *settings.penalty;
  return sum - *settings.penalty;
}

// Over all 2^(n-1) divisions.
double least_cost(const Counts& counts, const ChangePointSettings& settings) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t cuts = 0; cuts < (std::size_t{1} << (counts.size() - 1)); ++cuts) {
    double sum = -*settings.penalty;
    std::size_t first = 0;
    bool allowed = true;
    for (std::size_t i = 1; i <= counts.size(); ++i) {
      if (i < counts.size() && ((cuts >> (i - 1)) & 1U) == 0) continue;
      allowed = allowed && i - first >= settings.shortest;
      sum += cost_of(counts, first, i, settings) + *settings.penalty;
      first = i;
    }
    if (allowed) least = std::min(least, sum);
  }
  return least;
}

Counts draw(range::Random& random, std::size_t length) {
  Counts counts;
  double mean = 1;
  for (std::size_t i = 0; i < length; ++i) {
    if (random.below(4) == 0) mean = 1 + unit(random) * 20;
    counts.push_back(draw_poisson(random, mean));
  }
  return counts;
}

TEST(ChangePoints, PeltIsAsCheapAsTheCheapestOfAllDivisions) {
  range::Random random(1);
  for (int round = 0; round < 300; ++round) {
    const Counts counts = draw(random, 1 + random.below(11));
    ChangePointSettings settings;
    settings.model = random.chance(50) ? CountModel::poisson : CountModel::negative_binomial;
    settings.size = 0.5 + unit(random) * 20;
    settings.penalty = unit(random) * 12;
    settings.shortest = 1 + random.below(std::min<std::uint64_t>(3, counts.size()));
    EXPECT_NEAR(cost_of(counts, segments_of(counts, settings), settings), least_cost(counts, settings), 1e-7);
  }
}

TEST(ChangePoints, SegmentsCoverTheSeriesOnce) {
  range::Random random(2);
  const Counts counts = draw(random, 300);
  std::size_t next = 0;
  for (const Segment& one : segments_of(counts, {})) {
    EXPECT_EQ(one.first, next);
    next = one.last + 1;
  }
  EXPECT_EQ(next, counts.size());
}

TEST(ChangePoints, FindsTheDayOfAStep) {
  Counts counts(30, 2);
  for (std::size_t i = 12; i < 20; ++i) counts[i] = 15;
  const auto segments = segments_of(counts, {});
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[1].first, 12U);
  EXPECT_EQ(segments[1].last, 19U);
  EXPECT_DOUBLE_EQ(segments[1].rate, 15);
}

TEST(ChangePoints, SeldomFindOneWhereThereIsNone) {
  range::Random random(3);
  int cut = 0;
  for (int round = 0; round < 200; ++round) {
    Counts counts(60);
    for (auto& count : counts) count = draw_poisson(random, 8);
    cut += segments_of(counts, {}).size() > 1 ? 1 : 0;
  }
  EXPECT_LE(cut, 20) << "at 3 ln(60) a false one should come in few of a hundred series";
}

TEST(ChangePoints, OverdispersedCountsAreNotCutToPiecesByTheNegativeBinomial) {
  range::Random random(4);
  std::size_t poisson = 0, negative_binomial = 0;
  for (int round = 0; round < 50; ++round) {
    Counts counts(60);
    for (auto& count : counts) count = draw_poisson(random, 10 * -std::log1p(-unit(random)));  // size 1
    poisson += segments_of(counts, {}).size();
    ChangePointSettings settings;
    settings.model = CountModel::negative_binomial;
    negative_binomial += segments_of(counts, settings).size();
  }
  EXPECT_LT(negative_binomial, 50 * 3U);
  EXPECT_GT(poisson, negative_binomial * 3);
}

TEST(ChangePoints, DispersionIsThatOfTheDrawnCounts) {
  range::Random random(5);
  Counts poisson(400), spread(400);
  for (auto& count : poisson) count = draw_poisson(random, 6);
  for (auto& count : spread) count = draw_poisson(random, 10 * -std::log1p(-unit(random)));
  EXPECT_GT(dispersion_size(poisson), 20);
  EXPECT_LT(dispersion_size(spread), 4);
  EXPECT_GT(dispersion_size(spread), 0.5);
}

TEST(ChangePoints, TakesShortAndEmptySeries) {
  EXPECT_TRUE(segments_of({}, {}).empty());
  EXPECT_EQ(segments_of({7}, {}).size(), 1U);
  EXPECT_EQ(segments_of({0, 0, 0}, {}).size(), 1U);
  EXPECT_GT(dispersion_size({}), 1e6);
}

}  // namespace
}  // namespace afterpatch::situation

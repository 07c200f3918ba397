#include "situation/mark_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "situation/draw_counts.h"

namespace afterpatch::situation {
namespace {

std::vector<Tie> draw_ties(range::Random& random, std::size_t lefts, std::size_t rights) {
  std::vector<Tie> ties;
  for (std::size_t i = 0; i < lefts; ++i)
    for (std::size_t j = 0; j < rights; ++j)
      if (random.chance(40)) ties.push_back({i, j, 0.5 + unit(random)});
  return ties;
}

TEST(MarkGraph, NoSingleMoveMakesTheCommunitiesBetter) {
  range::Random random(1);
  for (int round = 0; round < 100; ++round) {
    const auto ties = draw_ties(random, 6, 4);
    if (ties.empty()) continue;
    const Communities found = communities_of(6, 4, ties);
    const double reached = modularity(found, ties);
    for (std::size_t node = 0; node < 10; ++node) {
      for (std::size_t to = 0; to < 11; ++to) {
        Communities moved = found;
        (node < 6 ? moved.of_left[node] : moved.of_right[node - 6]) = to;
        // Louvain folds communities, so a node may stay that would gain a little alone; never much.
        EXPECT_LE(modularity(moved, ties), reached + 0.05);
      }
    }
    EXPECT_GE(reached, 0);
  }
}

TEST(MarkGraph, TwoBlocksAreTwoCommunities) {
  std::vector<Tie> ties;
  for (std::size_t i = 0; i < 10; ++i)
    for (std::size_t j = 0; j < 3; ++j) ties.push_back({i, (i < 5 ? 0U : 3U) + j, 1});
  ties.push_back({0, 3, 1});  // a bridge
  const Communities found = communities_of(10, 6, ties);
  EXPECT_EQ(std::set<std::size_t>(found.of_left.begin(), found.of_left.begin() + 5).size(), 1U);
  EXPECT_EQ(std::set<std::size_t>(found.of_left.begin() + 5, found.of_left.end()).size(), 1U);
  EXPECT_NE(found.of_left[0], found.of_left[9]);
  EXPECT_EQ(found.of_left[0], found.of_right[0]);
}

TEST(MarkGraph, ModularityIsBarbersSum) {
  range::Random random(2);
  const auto ties = draw_ties(random, 5, 5);
  const Communities found = communities_of(5, 5, ties);
  double total = 0;
  std::vector<double> left(5, 0), right(5, 0);
  std::vector<std::vector<double>> weight(5, std::vector<double>(5, 0));
  for (const Tie& tie : ties) {
    total += tie.weight, left[tie.left] += tie.weight, right[tie.right] += tie.weight;
    weight[tie.left][tie.right] = tie.weight;
  }
  double sum = 0;
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 5; ++j)
      if (found.of_left[i] == found.of_right[j]) sum += weight[i][j] - left[i] * right[j] / total;
  EXPECT_NEAR(modularity(found, ties), sum / total, 1e-12);
}

TEST(MarkGraph, ComponentsAreThoseOfASearch) {
  range::Random random(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<Tie> ties;
    for (int i = 0; i < 8; ++i) ties.push_back({random.below(8), random.below(8), 1});
    const auto component = components_of(8, 8, ties);
    std::vector<std::size_t> label(16);
    for (std::size_t i = 0; i < 16; ++i) label[i] = i;
    for (int pass = 0; pass < 16; ++pass)
      for (const Tie& tie : ties)
        label[tie.left] = label[8 + tie.right] = std::min(label[tie.left], label[8 + tie.right]);
    for (std::size_t i = 0; i < 16; ++i)
      for (std::size_t j = 0; j < 16; ++j) EXPECT_EQ(component[i] == component[j], label[i] == label[j]);
  }
}

TEST(MarkGraph, WithoutTiesEverybodyIsAlone) {
  const Communities found = communities_of(2, 1, {});
  EXPECT_THAT(found.of_right, testing::ElementsAre(0));
  EXPECT_THAT(found.of_left, testing::ElementsAre(1, 2));
  EXPECT_EQ(modularity(found, {}), 0);
}

}  // namespace
}  // namespace afterpatch::situation

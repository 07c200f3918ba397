#include "situation/patch_curve.h"

#include <gtest/gtest.h>

#include "range/random.h"

namespace afterpatch::situation {
namespace {

using store::Lifetime;

// Remission of leukaemia, in weeks (Freireich et al. 1963), the textbooks' example.
std::vector<Lifetime> treated() {
  return {{6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
          {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
          {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
}
std::vector<Lifetime> untreated() {
  std::vector<Lifetime> out;
  for (const double weeks : {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23})
    out.push_back({weeks, true});
  return out;
}

TEST(PatchCurve, TheLogRankTestGivesTheTextbooksNumbers) {
  const LogRank test = log_rank(treated(), untreated());
  EXPECT_DOUBLE_EQ(test.observed, 9);
  EXPECT_NEAR(test.expected, 19.25, 0.01);
  EXPECT_NEAR(test.statistic, 16.79, 0.01);
  EXPECT_LT(test.probability, 1e-4);
}

TEST(PatchCurve, TheTestIsTheSameFromBothSides) {
  EXPECT_NEAR(log_rank(treated(), untreated()).statistic, log_rank(untreated(), treated()).statistic, 1e-9);
}

TEST(PatchCurve, EqualGroupsSeldomDiffer) {
  range::Random random(1);
  int differ = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<Lifetime> a, b;
    for (int i = 0; i < 60; ++i) {
      a.push_back({static_cast<double>(random.below(30)), random.chance(70)});
      b.push_back({static_cast<double>(random.below(30)), random.chance(70)});
    }
    differ += log_rank(a, b).probability < 0.05 ? 1 : 0;
  }
  EXPECT_GE(differ, 6);
  EXPECT_LE(differ, 36) << "about 20 of 400";
}

TEST(PatchCurve, EachGroupIsHeldAgainstAllOthers) {
  const auto curves = patch_curves({{"nace:K", untreated()}, {"nace:Q", treated()}});
  ASSERT_EQ(curves.size(), 2U);
  EXPECT_EQ(curves[0].group, "nace:K");
  EXPECT_GT(curves[0].against_others.observed, curves[0].against_others.expected);
  EXPECT_NEAR(curves[0].against_others.statistic, curves[1].against_others.statistic, 1e-9);
  EXPECT_NEAR(curves[1].half_life.days, 23, 1e-9);
}

TEST(PatchCurve, NothingToCompareIsNoDifference) {
  EXPECT_DOUBLE_EQ(log_rank({}, {}).probability, 1);
  EXPECT_DOUBLE_EQ(log_rank(treated(), {}).probability, 1);
  EXPECT_DOUBLE_EQ(log_rank({{1, false}}, {{2, false}}).probability, 1);
}

}  // namespace
}  // namespace afterpatch::situation

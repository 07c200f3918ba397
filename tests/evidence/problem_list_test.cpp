#include "evidence/problem_list.h"

#include <gtest/gtest.h>

namespace afterpatch::evidence {
namespace {

TEST(ProblemList, NamesTheFirstOfAKindAndCountsTheRest) {
  ProblemList problems;
  for (int i = 0; i < 250; ++i) problems.add("file" + std::to_string(i), "can't be opened");
  const auto taken = problems.take();
  ASSERT_EQ(taken.size(), ProblemList::kNamedPerKind + 1);
  EXPECT_EQ(taken.back().artefact, "");
  EXPECT_EQ(taken.back().count, 150U);
}

TEST(ProblemList, OrderIsThatOfTheNamesNotOfTheCalls) {
  ProblemList problems;
  problems.add("b", "x");
  problems.add("a", "y");
  const auto taken = problems.take();
  EXPECT_EQ(taken[0].artefact, "a");
  EXPECT_EQ(taken[1].artefact, "b");
}

}  // namespace
}  // namespace afterpatch::evidence

#include "situation/second_group.h"

#include <gtest/gtest.h>

#include <bit>

namespace afterpatch::situation {
namespace {

// Of all ways to choose `drawn` of `whole` servers, the share with at most k among the first `marked`.
double by_counting(unsigned k, unsigned whole, unsigned marked, unsigned drawn) {
  double all = 0, good = 0;
  for (unsigned set = 0; set < (1U << whole); ++set) {
    if (static_cast<unsigned>(std::popcount(set)) != drawn) continue;
    ++all;
    good += static_cast<unsigned>(std::popcount(set & ((1U << marked) - 1))) <= k ? 1 : 0;
  }
  return good / all;
}

TEST(SecondGroup, ProbabilitiesAreThoseOfCountingAllWays) {
  for (unsigned whole = 1; whole <= 9; ++whole)
    for (unsigned marked = 0; marked <= whole; ++marked)
      for (unsigned drawn = 0; drawn <= whole; ++drawn)
        for (unsigned k = 0; k <= whole; ++k)
          EXPECT_NEAR(hypergeometric_at_most(k, whole, marked, drawn), by_counting(k, whole, marked, drawn),
                      1e-9);
}

TEST(SecondGroup, BothTailsHoldWhatWasSeen) {
  const Meeting meeting = meet("C1", "C2", 10, 4, 5, 2);
  EXPECT_DOUBLE_EQ(meeting.expected, 2);
  EXPECT_NEAR(meeting.fewer, by_counting(2, 10, 4, 5), 1e-9);
  EXPECT_NEAR(meeting.more, 1 - by_counting(1, 10, 4, 5), 1e-9);
}

TEST(SecondGroup, ClustersThatMeetByChanceAreNotReported) {
  EXPECT_EQ(judge(meet("C1", "C2", 400, 200, 60, 31), 1), Meets::as_chance);
}

TEST(SecondGroup, ClustersThatMeetTooOftenOrTooSeldomAre) {
  EXPECT_EQ(judge(meet("C1", "C2", 400, 200, 60, 55), 3), Meets::more_than_chance);
  EXPECT_EQ(judge(meet("C1", "C2", 400, 200, 60, 5), 3), Meets::less_than_chance);
}

TEST(SecondGroup, MoreTestsNeedMore) {
  const Meeting meeting = meet("C1", "C2", 400, 200, 60, 42);
  EXPECT_EQ(judge(meeting, 1), Meets::more_than_chance);
  EXPECT_EQ(judge(meeting, 1000), Meets::as_chance);
}

TEST(SecondGroup, NothingIsNoGround) {
  EXPECT_EQ(judge(meet("C1", "C2", 0, 0, 0, 0), 1), Meets::as_chance);
}

}  // namespace
}  // namespace afterpatch::situation

#include "app/clock.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace afterpatch::app {
namespace {

class Clock : public testing::Test {
 protected:
  void TearDown() override { unsetenv("AFTERPATCH_NOW"); }
};

TEST_F(Clock, GoesByTheSystemUnlessItIsTold) {
  const auto system = std::chrono::system_clock::now();
  EXPECT_FALSE(simulated_now());
  EXPECT_LT(std::chrono::abs(now_utc() - system), std::chrono::minutes(1));
}

TEST_F(Clock, BeginsWhereItIsToldAndGoesOn) {
  setenv("AFTERPATCH_NOW", "2021-03-05T10:00:00Z", 1);
  const Timestamp first = now_utc();
  EXPECT_GE(first, *parse_time("2021-03-05T10:00:00Z"));
  EXPECT_LT(first, *parse_time("2021-03-05T11:00:00Z"));
  EXPECT_GE(now_utc(), first);
}

TEST_F(Clock, IgnoresWhatIsNoTime) {
  setenv("AFTERPATCH_NOW", "yesterday", 1);
  EXPECT_FALSE(simulated_now());
}

}  // namespace
}  // namespace afterpatch::app

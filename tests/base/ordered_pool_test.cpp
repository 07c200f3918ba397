#include "base/ordered_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace afterpatch {
namespace {

TEST(OrderedPool, GivesResultsInTheOrderOfTheJobs) {
  std::vector<int> taken;
  OrderedPool<int, int> pool(
      4,
      [](int&& job, unsigned) {
        if (job % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
        return job * 2;
      },
      [&](int&& outcome) { taken.push_back(outcome); });
  for (int i = 0; i < 500; ++i) pool.give(i);
  pool.finish();
  ASSERT_EQ(taken.size(), 500U);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(taken[static_cast<std::size_t>(i)], i * 2);
}

TEST(OrderedPool, NeverHasMoreInFlightThanItMay) {
  std::atomic<int> in_flight{0};
  std::atomic<int> most{0};
  OrderedPool<int, int> pool(
      2,
      [&](int&& job, unsigned) {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        return job;
      },
      [&](int&&) { --in_flight; }, 3);
  for (int i = 0; i < 200; ++i) {
    most = std::max(most.load(), ++in_flight);
    pool.give(i);
  }
  pool.finish();
  EXPECT_EQ(in_flight, 0);
  EXPECT_LE(most, 6);
}

TEST(OrderedPool, FinishesWithoutAnyJob) {
  OrderedPool<int, int> pool(2, [](int&& job, unsigned) { return job; }, [](int&&) {});
  pool.finish();
}

}  // namespace
}  // namespace afterpatch

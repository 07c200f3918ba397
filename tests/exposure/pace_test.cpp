#include "exposure/pace.h"

#include <gtest/gtest.h>

#include <random>

namespace afterpatch::exposure {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Sends whenever allowed, looking at the clock at irregular moments as a busy machine does.
std::vector<TimePoint> send_eagerly(Rate rate, Clock::duration how_long, int most_lateness_ms) {
  Pace pace(rate);
  std::mt19937 random(7);
  std::vector<TimePoint> sent;
  const TimePoint began = TimePoint{} + seconds(100);
  for (TimePoint now = began; now < began + how_long;) {
    if (pace.allowed_at() > now) {
      now = std::max(now, pace.allowed_at()) +
            microseconds(random() % (1000U * static_cast<unsigned>(most_lateness_ms) + 1));
      continue;
    }
    sent.push_back(now);
    pace.sent(now);
  }
  return sent;
}

std::size_t most_in_any(const std::vector<TimePoint>& sent, Clock::duration window) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < sent.size(); ++last) {
    while (sent[last] - sent[first] >= window) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST(Pace, NeverExceedsTheLimitInAnySecondOrMinute) {
  for (const double rate : {1.0, 2.0, 4.0, 10.0, 100.0, 101.0, 1000.0, 20000.0}) {
    for (const int lateness : {0, 3, 50}) {
      const auto sent = send_eagerly({rate}, rate > 1000 ? seconds(4) : seconds(130), lateness);
      EXPECT_LE(most_in_any(sent, seconds(1)), static_cast<std::size_t>(rate))
          << rate << " late " << lateness;
      EXPECT_LE(most_in_any(sent, seconds(60)), static_cast<std::size_t>(rate * 60))
          << rate << " late " << lateness;
    }
  }
}

TEST(Pace, UsesNearlyAllOfTheLimit) {
  for (const double rate : {1.0, 10.0, 1000.0}) {
    const auto sent = send_eagerly({rate}, seconds(60), 0);
    EXPECT_GE(static_cast<double>(sent.size()), rate * 60 * 0.95);
  }
  EXPECT_GE(send_eagerly({1000}, seconds(60), 3).size(), 55000U) << "lateness of the clock is caught up";
}

TEST(Pace, HoldsRatesBelowOneASecond) {
  const auto sent = send_eagerly({0.1}, seconds(600), 20);
  EXPECT_LE(most_in_any(sent, seconds(10)), 1U);
  EXPECT_GE(sent.size(), 55U);
}

TEST(Pace, SavesNothingUpWhileNothingIsSent) {
  Pace pace({10});
  TimePoint now = TimePoint{} + seconds(1000);
  pace.sent(now);
  now += seconds(3600);
  pace.sent(now);
  EXPECT_GE(pace.allowed_at(), now + milliseconds(100));
}

TEST(PaceTable, GivesTurnsOneAfterTheOther) {
  PaceTable<int> table({2});
  const TimePoint now = TimePoint{} + seconds(50);
  EXPECT_EQ(table.book(1, now), now);
  EXPECT_GE(table.book(1, now), now + milliseconds(500));
  EXPECT_GE(table.book(1, now), now + milliseconds(1000));
  EXPECT_EQ(table.book(2, now), now) << "another key has its own turns";
}

TEST(PaceTable, CountsFromTheRealSend) {
  PaceTable<int> table({2});
  const TimePoint now = TimePoint{} + seconds(50);
  table.book(1, now);
  table.sent(1, now + seconds(9));
  EXPECT_GE(table.allowed_at(1), now + seconds(9) + milliseconds(500));
  EXPECT_GE(table.book(1, now + seconds(9)), table.allowed_at(1));
}

TEST(PaceTable, ForgetsKeysThatMaySendAtOnce) {
  PaceTable<int> table({1});
  TimePoint now = TimePoint{} + seconds(50);
  for (int key = 0; key < 100'000; ++key) {
    now += milliseconds(10);
    table.book(key, now);
    table.sent(key, now);
  }
  EXPECT_LT(table.size(), 5000U);
}

TEST(PaceTable, WithoutALimitHoldsNothing) {
  PaceTable<int> table({0});
  const TimePoint now = TimePoint{} + seconds(50);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(table.book(1, now), now);
  table.sent(1, now);
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace afterpatch::exposure

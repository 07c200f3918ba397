#include "range/random.h"

#include <gtest/gtest.h>

#include <array>

namespace afterpatch::range {
namespace {

TEST(Random, IsTheSameOnEveryMachine) {
  Random random(1);
  // xoshiro256** seeded by SplitMix64(1), from the authors' reference code.
  EXPECT_EQ(random.next(), 12966619160104079557ULL);
  EXPECT_EQ(random.next(), 9600361134598540522ULL);
}

TEST(Random, ForkDependsOnNameAndNumberButNotOnWhatWasDrawn) {
  Random random(7);
  const std::uint64_t before = random.fork("traffic", 3).next();
  random.next();
  EXPECT_EQ(random.fork("traffic", 3).next(), before);
  EXPECT_NE(random.fork("traffic", 4).next(), before);
  EXPECT_NE(random.fork("attack", 3).next(), before);
}

TEST(Random, StaysInItsBoundsAndReachesThem) {
  Random random(5);
  std::array<int, 6> seen{};
  for (int i = 0; i < 1000; ++i) ++seen.at(static_cast<std::size_t>(random.between(0, 5)));
  for (const int count : seen) EXPECT_GT(count, 100);
}

TEST(Random, WritesIdsAsVersionFour) {
  Random random(9);
  const std::string id = random.guid();
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
}

}  // namespace
}  // namespace afterpatch::range

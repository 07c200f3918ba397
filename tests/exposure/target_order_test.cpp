#include "exposure/target_order.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace afterpatch::exposure {
namespace {

TEST(Permutation, GivesEveryNumberOnce) {
  for (const std::uint64_t size : {1U, 2U, 3U, 4U, 5U, 63U, 64U, 65U, 1000U, 65536U, 65537U}) {
    for (const std::uint64_t seed : {0U, 1U, 77U}) {
      const Permutation permutation(size, seed);
      std::vector<bool> seen(size);
      for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t number = permutation.at(i);
        ASSERT_LT(number, size);
        ASSERT_FALSE(seen[number]) << size << " " << seed;
        seen[number] = true;
      }
    }
  }
}

TEST(Permutation, HasRoomForHugeSizes) {
  const std::uint64_t size = 3'700'000'000;
  const Permutation permutation(size, 9);
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 10000; ++i) seen.insert(permutation.at(size - 1 - i));
  EXPECT_EQ(seen.size(), 10000U);
  EXPECT_LT(*seen.rbegin(), size);
}

// Neighbours in the order must not be neighbours in the network: chi-square of 256 cells over 65,536 draws
// has mean 255 and standard deviation 22.6.
TEST(Permutation, SpreadsNeighbours) {
  const Permutation permutation(1ULL << 24U, 3);
  std::map<std::uint64_t, double> cells;
  for (std::uint64_t i = 0; i < 65536; ++i)
    ++cells[(permutation.at(i + 1) - permutation.at(i)) >> 16U & 255U];
  double chi_square = 0;
  for (std::uint64_t cell = 0; cell < 256; ++cell) chi_square += std::pow(cells[cell] - 256, 2) / 256;
  EXPECT_LT(chi_square, 255 + 6 * 22.6);
}

TEST(Permutation, DependsOnTheSeed) {
  const Permutation a(1000, 1);
  const Permutation b(1000, 2);
  int same = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) same += a.at(i) == b.at(i) ? 1 : 0;
  EXPECT_LT(same, 20);
}

TEST(TargetOrder, ShardsShareNoNetworkAndLoseNothing) {
  TargetSet targets;
  ASSERT_TRUE(targets.add(*parse_range("127.0.0.0/18")));
  targets.add(Target{std::nullopt, "mail.example.org"});
  targets.seal();
  std::map<Address, std::set<std::uint32_t>> shards_of_network;
  std::map<std::uint32_t, std::uint64_t> sizes;
  std::uint64_t given = 0;
  for (std::uint32_t number = 1; number <= 5; ++number) {
    const TargetOrder order(targets, 42, {number, 5});
    for (std::uint64_t i = 0; i < order.size(); ++i) {
      const Target target = order.at(i);
      if (!order.is_ours(target)) continue;
      ++given;
      ++sizes[number];
      if (target.address) shards_of_network[neighbourhood(*target.address)].insert(number);
    }
  }
  EXPECT_EQ(given, targets.size());
  EXPECT_EQ(shards_of_network.size(), 64U);
  for (const auto& [network, shards] : shards_of_network) EXPECT_EQ(shards.size(), 1U) << to_string(network);
  EXPECT_EQ(sizes.size(), 5U);
}

TEST(TargetOrder, ReadsShards) {
  EXPECT_EQ(parse_shard("2/5")->number, 2U);
  for (const auto* text : {"", "0/5", "6/5", "1", "a/b", "1/0", "1/2/3", "-1/2"})
    EXPECT_FALSE(parse_shard(text)) << text;
}

}  // namespace
}  // namespace afterpatch::exposure

#include "base/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/prefix_map.h"

namespace afterpatch {
namespace {

Address address(const char* text) {
  return parse_address(text).value();
}

TEST(Network, ReadsBothFamiliesAndSingleAddresses) {
  EXPECT_EQ(to_string(*parse_network(" 192.0.2.0/24 ")), "192.0.2.0/24");
  EXPECT_EQ(to_string(*parse_network("192.0.2.7")), "192.0.2.7/32");
  EXPECT_EQ(to_string(*parse_network("2001:DB8::/32")), "2001:db8::/32");
  EXPECT_EQ(to_string(*parse_network("::ffff:192.0.2.7")), "192.0.2.7/32");
  EXPECT_EQ(to_string(*parse_network("0.0.0.0/0")), "0.0.0.0/0");
}

TEST(Network, RefusesWhatCouldMeanTwoThings) {
  for (const char* text : {"192.0.2.7/24", "192.0.2.0/33", "2001:db8::1/64", "192.0.2.0/", "192.0.2/24",
                           "192.0.2.0/-1", "192.0.2.0/24x", "", "/", "=1+1"})
    EXPECT_FALSE(parse_network(text)) << text;
}

TEST(Network, ContainsItsEndsAndNothingBeside) {
  const Network network = *parse_network("10.1.0.0/22");
  EXPECT_TRUE(network.contains(address("10.1.0.0")));
  EXPECT_TRUE(network.contains(address("10.1.3.255")));
  EXPECT_FALSE(network.contains(address("10.1.4.0")));
  EXPECT_FALSE(network.contains(address("10.0.255.255")));
  EXPECT_FALSE(parse_network("::/0")->contains(address("10.1.0.0")));
  EXPECT_TRUE(parse_network("2001:db8::/65")->contains(address("2001:db8::7fff:ffff:ffff:ffff")));
  EXPECT_FALSE(parse_network("2001:db8::/65")->contains(address("2001:db8::8000:0:0:0")));
}

TEST(Network, CoversARangeWithTheFewestNetworks) {
  std::vector<std::string> texts;
  for (const Network& network : networks_between(address("192.0.2.1"), address("192.0.2.8")))
    texts.push_back(to_string(network));
  EXPECT_EQ(texts,
            (std::vector<std::string>{"192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/30", "192.0.2.8/32"}));
  EXPECT_EQ(networks_between(address("0.0.0.0"), address("255.255.255.255")).size(), 1U);
  EXPECT_EQ(networks_between(address("::"), address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).size(), 1U);
  EXPECT_EQ(networks_between(address("::1"), address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe")).size(),
            254U);
  EXPECT_TRUE(networks_between(address("192.0.2.8"), address("192.0.2.1")).empty());
  EXPECT_TRUE(networks_between(address("192.0.2.8"), address("2001:db8::")).empty());
}

TEST(Network, KnowsWhatIsInternal) {
  for (const char* text : {"127.0.0.1", "10.9.8.7", "192.168.1.1", "169.254.169.254", "::1", "fe80::1",
                           "fd00::1", "::ffff:10.0.0.1", "100.64.1.1", "172.31.255.255"})
    EXPECT_TRUE(is_internal(address(text))) << text;
  for (const char* text : {"192.0.2.1", "172.32.0.0", "2001:db8::1", "8.8.8.8"})
    EXPECT_FALSE(is_internal(address(text))) << text;
}

// The slow way: look at every network.
const int* naive_longest(const std::vector<std::pair<Network, int>>& networks, const Address& wanted) {
  const std::pair<Network, int>* best = nullptr;
  for (const auto& entry : networks) {
    if (entry.first.contains(wanted) && (best == nullptr || entry.first.length > best->first.length))
      best = &entry;
  }
  return best == nullptr ? nullptr : &best->second;
}

Address random_address(std::mt19937_64& random, bool v6) {
  // Few leading bits vary, so that networks nest and addresses hit them.
  if (!v6) return {false, 0, 0x0A000000U | (random() & 0xFFFFU)};
  return {true, 0x20010db800000000U | (random() & 0xFFU), random() & 0xFF000000000000FFU};
}

TEST(PrefixMap, AgreesWithLookingAtEveryNetwork) {
  std::mt19937_64 random(20210303);
  for (int round = 0; round < 40; ++round) {
    PrefixMap<int> map;
    std::vector<std::pair<Network, int>> networks;
    for (int i = 0; i < 60; ++i) {
      const bool v6 = random() % 2 == 0;
      const auto length = static_cast<unsigned>(random() % (v6 ? 129 : 33));
      const Network network{masked(random_address(random, v6), length), length};
      const bool is_new =
          std::ranges::find(networks, network, &std::pair<Network, int>::first) == networks.end();
      if (is_new) networks.emplace_back(network, i);
      if (is_new) map[network] = i;
    }
    for (int i = 0; i < 500; ++i) {
      const Address wanted = random_address(random, random() % 2 == 0);
      const int* expected = naive_longest(networks, wanted);
      const auto match = map.longest(wanted);
      ASSERT_EQ(match.has_value(), expected != nullptr) << to_string(wanted);
      if (expected != nullptr) {
        ASSERT_EQ(*match->value, *expected) << to_string(wanted);
      }
    }
  }
}

}  // namespace
}  // namespace afterpatch

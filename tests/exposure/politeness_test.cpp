#include "exposure/politeness.h"

#include <gtest/gtest.h>

namespace afterpatch::exposure {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kNow = TimePoint{} + seconds(100);

Address address(std::string_view text) {
  return *parse_address(text);
}

TEST(Politeness, HoldsAddressesApart) {
  Politeness politeness({{1}, {100}, {0}, {0}}, nullptr);
  politeness.sent(address("192.0.2.1"), kNow);
  EXPECT_GE(politeness.allowed_at(address("192.0.2.1")), kNow + seconds(1));
  EXPECT_LT(politeness.allowed_at(address("192.0.2.2")), kNow + milliseconds(20));
}

TEST(Politeness, HoldsNeighbourhoodsApart) {
  Politeness politeness({{1}, {2}, {0}, {0}}, nullptr);
  politeness.sent(address("192.0.2.1"), kNow);
  EXPECT_GE(politeness.allowed_at(address("192.0.2.200")), kNow + milliseconds(500));
  EXPECT_LE(politeness.allowed_at(address("192.0.3.1")), kNow);
  politeness.sent(address("2001:db8:1:1::1"), kNow);
  EXPECT_GE(politeness.allowed_at(address("2001:db8:1:2::1")), kNow + milliseconds(500));
}

TEST(Politeness, HoldsOperatorsApart) {
  const auto networks = NetworkTable::parse("192.0.2.0\t192.0.3.255\t64500\tNO\tEXAMPLE\n", "table");
  ASSERT_TRUE(networks);
  Politeness politeness({{0}, {0}, {5}, {0}}, &*networks);
  politeness.sent(address("192.0.2.1"), kNow);
  EXPECT_GE(politeness.allowed_at(address("192.0.3.1")), kNow + milliseconds(200));
  EXPECT_LE(politeness.allowed_at(address("198.51.100.1")), kNow) << "nobody's network shares no limit";
}

TEST(Politeness, BooksTheLatestOfAllTurns) {
  Politeness politeness({{1}, {2}, {0}, {0}}, nullptr);
  EXPECT_EQ(politeness.book(address("192.0.2.1"), kNow), kNow);
  EXPECT_GE(politeness.book(address("192.0.2.1"), kNow), kNow + seconds(1));
  EXPECT_GE(politeness.book(address("192.0.2.2"), kNow), kNow + seconds(1))
      << "the network's turns are taken";
}

TEST(Politeness, LimitsAllTogether) {
  Politeness politeness({{0}, {0}, {0}, {10}}, nullptr);
  politeness.sent(address("192.0.2.1"), kNow);
  EXPECT_GE(politeness.all_allowed_at(), kNow + milliseconds(100));
}

}  // namespace
}  // namespace afterpatch::exposure

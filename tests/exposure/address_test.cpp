#include "exposure/address.h"

#include <gtest/gtest.h>

#include "exposure/special_ranges.h"

namespace afterpatch::exposure {
namespace {

Address address(std::string_view text) {
  return *parse_address(text);
}
AddressRange range(std::string_view text) {
  return *parse_range(text);
}

TEST(Address, ReadsBackWhatItWrites) {
  for (const std::string text :
       {"0.0.0.0", "127.1.2.3", "255.255.255.255", "2001:db8::1", "::1", "fe80::1:2"}) {
    EXPECT_EQ(to_string(address(text)), text);
  }
}

TEST(Address, TakesMappedAddressesAsIpv4) {
  EXPECT_EQ(address("::ffff:192.0.2.7"), address("192.0.2.7"));
}

TEST(Address, RefusesWhatIsNone) {
  for (const std::string text : {"", "1.2.3", "1.2.3.4.5", "01.2.3.4 ", "mail", "1.2.3.400", "::g"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0x", 9)));
}

TEST(Address, CarriesIntoTheUpperHalf) {
  EXPECT_EQ(next(address("2001:db8::ffff:ffff:ffff:ffff")), address("2001:db8:0:1::"));
}

TEST(Address, NeighboursShareA24OrA48) {
  EXPECT_EQ(neighbourhood(address("192.0.2.200")), address("192.0.2.0"));
  EXPECT_EQ(neighbourhood(address("2001:db8:1:2::3")), address("2001:db8:1::"));
}

TEST(AddressRange, ReadsNetworksSpansAndSingles) {
  EXPECT_EQ(range("192.0.2.77/24"), (AddressRange{address("192.0.2.0"), address("192.0.2.255")}));
  EXPECT_EQ(range("192.0.2.7-192.0.2.9"), (AddressRange{address("192.0.2.7"), address("192.0.2.9")}));
  EXPECT_EQ(range("0.0.0.0/0").last, address("255.255.255.255"));
  EXPECT_EQ(range("2001:db8::/33").last, address("2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"));
  EXPECT_EQ(range(" 192.0.2.7 "), (AddressRange{address("192.0.2.7"), address("192.0.2.7")}));
}

TEST(AddressRange, RefusesNonsense) {
  for (const std::string text :
       {"192.0.2.0/33", "192.0.2.0/", "192.0.2.9-192.0.2.7", "192.0.2.1-::1", "/24", "::/129"}) {
    EXPECT_FALSE(parse_range(text)) << text;
  }
}

TEST(AddressRange, WritesNetworksShort) {
  EXPECT_EQ(to_string(range("10.0.0.0-10.0.0.255")), "10.0.0.0/24");
  EXPECT_EQ(to_string(range("10.0.0.1-10.0.0.255")), "10.0.0.1-10.0.0.255");
  EXPECT_EQ(to_string(range("2001:db8::/32")), "2001:db8::/32");
}

TEST(AddressSet, JoinsWhatTouchesAndOverlaps) {
  const AddressSet set(
      {range("10.0.1.0/24"), range("10.0.0.0/24"), range("10.0.1.5"), range("2001:db8::/64")});
  ASSERT_EQ(set.ranges().size(), 2U);
  EXPECT_EQ(set.ranges().front(), range("10.0.0.0/23"));
  EXPECT_TRUE(set.contains(address("10.0.1.255")));
  EXPECT_FALSE(set.contains(address("10.0.2.0")));
  EXPECT_TRUE(set.contains(address("2001:db8::1")));
}

TEST(AddressSet, LeavesHolesWhenSubtracted) {
  const AddressSet holes({range("10.0.0.0"), range("10.0.0.5-10.0.0.6"), range("10.0.0.255")});
  const auto left = subtract(range("10.0.0.0/24"), holes);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0], range("10.0.0.1-10.0.0.4"));
  EXPECT_EQ(left[1], range("10.0.0.7-10.0.0.254"));
  EXPECT_TRUE(subtract(range("10.0.0.5"), holes).empty());
}

TEST(SpecialRanges, HoldWhatNobodyMayScanAndNothingElse) {
  for (const std::string text :
       {"10.1.2.3", "127.0.0.1", "169.254.1.1", "192.168.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "::1", "fe80::1", "fc00::1", "ff02::1", "2002::1", "2001:db8::1"}) {
    EXPECT_TRUE(special_ranges().contains(address(text))) << text;
  }
  for (const std::string text :
       {"8.8.8.8", "11.0.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255", "2a00::1", "2600::1"}) {
    EXPECT_FALSE(special_ranges().contains(address(text))) << text;
  }
}

}  // namespace
}  // namespace afterpatch::exposure

#include "web/target.h"

#include <gtest/gtest.h>

namespace afterpatch::web {
namespace {

TEST(Target, TakesPathAndQueryApart) {
  const auto target = parse_target("/api/v1/servers/192.0.2.1%3A443?search=a+b%26c&x=&x=2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "v1", "servers", "192.0.2.1:443"}));
  EXPECT_EQ(target->parameter("search"), "a b&c");
  EXPECT_EQ(target->parameter("x"), "");
  EXPECT_TRUE(target->has("x"));
  EXPECT_FALSE(target->has("y"));
}

TEST(Target, AnEncodedSlashStaysInItsSegment) {
  const auto target = parse_target("/v/a%2Fb");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"v", "a/b"}));
}

TEST(Target, RefusesWhatCouldBeReadInTwoWays) {
  for (const char* bad :
       {"",      "servers", "http://host/", "*",    "/a/../b",     "/a/./b",  "/a/%2e%2E/b",
        "/a//b", "/a/",     "/a%",          "/a%4", "/a%zz",       "/a%00b",  "/a%0d%0aSet-Cookie:x",
        "/a\\b", "/a#b",    "/a b",         "/%ff", "/a?b=%c0%af", "/a?b=%0a"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Target, BoundsLengthAndParameters) {
  EXPECT_FALSE(parse_target("/" + std::string(kMaxTargetBytes, 'a')));
  std::string many = "/a?";
  for (std::size_t i = 0; i <= kMaxParameters; ++i) many += "x=1&";
  EXPECT_FALSE(parse_target(many));
}

TEST(Count, TakesDecimalDigitsOnly) {
  EXPECT_EQ(parse_count("0"), 0U);
  EXPECT_EQ(parse_count("21474836480"), 21474836480U);
  for (const char* bad :
       {"", "-1", "+1", " 1", "1 ", "0x1", "1e3", "9999999999999999999", "18446744073709551616"})
    EXPECT_EQ(parse_count(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace afterpatch::web

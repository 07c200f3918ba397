#include "report/sharing/named_by_form.h"

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

std::size_t length_at_start(std::string_view text) {
  return name_by_form(text, 0).length;
}

TEST(NameByForm, FindsMailAddressesSidsAndInsideAddresses) {
  EXPECT_EQ(length_at_start("jane.doe+x@mail.example, and"), 23U);
  EXPECT_EQ(name_by_form("jane@mail.example", 0).pseudonym, "victim-mailbox");
  EXPECT_EQ(length_at_start("S-1-5-21-1-2-3-500)"), 18U);
  EXPECT_EQ(length_at_start("10.1.2.3:443"), 8U);
  EXPECT_EQ(length_at_start("192.168.100.20."), 14U);
  EXPECT_EQ(length_at_start("fd00::17"), 8U);
}

TEST(NameByForm, LeavesTheEndOfASentenceAlone) {
  EXPECT_EQ(length_at_start("jane@mail.example."), 17U);
}

TEST(NameByForm, KnowsWhatNamesNobody) {
  for (const char* text :
       {"203.0.113.45", "S-1-5-18", "0.0.0.0", "127.0.0.1", "::1", "a]@", "@x", "jane@", "", "10.0"})
    EXPECT_EQ(length_at_start(text), 0U) << text;
}

TEST(InsideIp, IsAnAddressAndInside) {
  EXPECT_TRUE(is_inside_ip("172.16.0.1"));
  EXPECT_TRUE(is_inside_ip("::ffff:10.0.0.1"));
  EXPECT_FALSE(is_inside_ip("8.8.8.8"));
  EXPECT_FALSE(is_inside_ip("ex01"));
}

}  // namespace
}  // namespace afterpatch::report

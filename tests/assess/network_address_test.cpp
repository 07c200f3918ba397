#include "assess/network_address.h"

#include <gtest/gtest.h>

namespace afterpatch::assess {
namespace {

TEST(InsideAddress, PrivateLoopbackAndLinkLocalAreInside) {
  for (const char* address :
       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1",
        "0.0.0.0", "::1", "::", "fe80::1%12", "fd00::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(is_inside_address(address)) << address;
  }
}

TEST(InsideAddress, OthersAreOutside) {
  for (const char* address : {"203.0.113.21", "172.32.0.1", "172.15.255.255", "11.0.0.1", "100.128.0.1",
                              "2001:db8::1", "::ffff:203.0.113.1", "::2:0:0:1"}) {
    EXPECT_FALSE(is_inside_address(address)) << address;
  }
}

TEST(InsideAddress, WhatIsNoAddressCountsAsInside) {
  for (const char* address : {"", "-", "mail01", "1.2.3", "1.2.3.4.5"})
    EXPECT_TRUE(is_inside_address(address)) << address;
}

TEST(OwnAddress, IsLoopbackOrLinkLocalOnly) {
  for (const char* address :
       {"127.0.0.1", "169.254.1.1", "::1", "fe80::1%12", "febf::1", "::ffff:127.0.0.1", "::ffff:169.254.0.9"})
    EXPECT_TRUE(is_own_address(address)) << address;
  for (const char* address :
       {"10.0.0.1", "0.0.0.0", "::", "fec0::1", "fd00::1", "::ffff:10.0.0.1", "203.0.113.21", "", "mail01"})
    EXPECT_FALSE(is_own_address(address)) << address;
}

}  // namespace
}  // namespace afterpatch::assess

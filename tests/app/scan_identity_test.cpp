#include "app/scan_identity.h"

#include <gtest/gtest.h>

namespace afterpatch::app {
namespace {

TEST(ScanIdentity, NamesItselfAndWhomToAsk) {
  EXPECT_EQ(
      *user_agent("https://csirt.example/scan", false),
      std::string("Afterpatch/") + "0.1.0 (census of exposed mail servers; +https://csirt.example/scan)");
  EXPECT_TRUE(user_agent("scan@csirt.example", false));
}

TEST(ScanIdentity, HasNoDefaultContact) {
  EXPECT_FALSE(user_agent("", false));
  EXPECT_TRUE(user_agent("", true)) << "loopback harms nobody else";
}

TEST(ScanIdentity, TakesNothingThatIsNoContact) {
  for (const std::string contact : {"me", "http://csirt.example/", "a@b", "a@b.example\r\nCookie: x",
                                    "https://x.example/ y", "a@b.example)"}) {
    EXPECT_FALSE(user_agent(contact, false)) << contact;
    EXPECT_FALSE(user_agent(contact, true)) << contact;
  }
}

}  // namespace
}  // namespace afterpatch::app

#include "report/sharing/shared_door.h"

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

TEST(StandardFolder, BeginsWhereEveryServerIsAlike) {
  EXPECT_EQ(standard_folder_of("kunde 17/C/inetpub/wwwroot/aspnet_client/x.aspx"),
            "inetpub\\wwwroot\\aspnet_client");
  EXPECT_EQ(standard_folder_of("Program Files\\Microsoft\\x.aspx"), "Program Files\\Microsoft");
  EXPECT_EQ(standard_folder_of("windows.old/Windows/Temp/x.exe"), "Windows\\Temp");
}

TEST(StandardFolder, IsEmptyWhereNoneIs) {
  for (const char* path : {"", "x.aspx", "kunde/x.aspx", "Users/kari/Desktop/x.aspx", "inetpub"})
    EXPECT_EQ(standard_folder_of(path), "") << path;
}

assess::Door door() {
  assess::Door made;
  made.kind = "web-shell";
  made.path = "C/inetpub/wwwroot/aspnet_client/fjordbank.aspx";
  made.url = "/aspnet_client/fjordbank.aspx";
  made.sha256 = std::string(64, 'A');
  return made;
}

assess::HuntReport hunt() {
  assess::HuntReport made;
  made.servers.resize(1);
  made.servers[0].names = {"ex01.fjordbank.example"};
  return made;
}

// Changed, it would be looked for in vain.
TEST(SharedDoor, LeavesOutANameThatHoldsTheVictimsAndSaysSo) {
  std::uint64_t left_out = 0;
  const SharedDoor shared = shared_door(door(), VictimNames(hunt()), Share::without_victims, left_out);
  EXPECT_EQ(shared.file_name, "");
  EXPECT_EQ(shared.url_path, "");
  EXPECT_EQ(shared.folder, "inetpub\\wwwroot\\aspnet_client");
  EXPECT_EQ(shared.sha256, std::string(64, 'a'));
  EXPECT_EQ(left_out, 2U);
}

TEST(SharedDoor, IsWholeWithVictims) {
  std::uint64_t left_out = 0;
  const SharedDoor shared = shared_door(door(), VictimNames(hunt()), Share::with_victims, left_out);
  EXPECT_EQ(shared.file_name, "fjordbank.aspx");
  EXPECT_EQ(shared.url_path, "/aspnet_client/fjordbank.aspx");
  EXPECT_EQ(left_out, 0U);
}

TEST(SharedDoor, TakesADigestOnlyIfItIsOne) {
  assess::Door odd = door();
  odd.sha256 = "'] OR [x = '";
  std::uint64_t left_out = 0;
  EXPECT_EQ(shared_door(odd, VictimNames({}), Share::with_victims, left_out).sha256, "");
}

}  // namespace
}  // namespace afterpatch::report

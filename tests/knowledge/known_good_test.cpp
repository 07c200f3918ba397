#include "knowledge/known_good.h"

#include <gtest/gtest.h>

namespace afterpatch::knowledge {
namespace {

const std::string kHash(64, 'a');
const std::string kOther(64, 'b');

KnownGoodFiles files() {
  KnownGoodFiles known;
  known.add("\\frontend\\httpproxy\\owa\\auth\\logon.aspx", kHash);
  known.add("\\frontend\\httpproxy\\owa\\auth\\version\\x.js", kHash);
  return known;
}

TEST(FoldWindowsPath, TreatsVersionFoldersAlike) {
  EXPECT_EQ(fold_windows_path("\\OWA\\Auth\\15.1.2176.9\\X.js"), "\\owa\\auth\\version\\x.js");
  EXPECT_EQ(fold_windows_path("\\owa\\prem\\15.1.2176\\x"), "\\owa\\prem\\version\\x");
  EXPECT_EQ(fold_windows_path("\\a\\15.1\\15.1.x.2\\15.1.2.3.4\\15.1.2176.9"),
            "\\a\\15.1\\15.1.x.2\\15.1.2.3.4\\15.1.2176.9");
}

TEST(KnownGood, FindsAFileUnderAnyInstallFolder) {
  for (const char* root :
       {"", "\\program files\\microsoft\\exchange server\\v15", "\\d\\exch", "\\frontend\\copy"}) {
    const std::string path = std::string(root) + "\\FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx";
    EXPECT_EQ(files().answer(path, kHash), KnownGoodAnswer::known_file) << path;
    EXPECT_EQ(files().answer(path, kOther), KnownGoodAnswer::known_path_unknown_hash) << path;
  }
}

TEST(KnownGood, FindsAFileInAVersionFolder) {
  EXPECT_EQ(files().answer("\\frontend\\httpproxy\\owa\\auth\\15.2.792.10\\x.js", kHash),
            KnownGoodAnswer::known_file);
}

TEST(KnownGood, DoesNotKnowLookAlikes) {
  for (const char* path :
       {"\\frontend\\httpproxy\\owa\\auth\\logon2.aspx", "\\frontend\\httpproxy\\owa\\logon.aspx",
        "\\myfrontend\\httpproxy\\owa\\auth\\logon.aspx", "\\httpproxy\\owa\\auth\\logon.aspx", ""}) {
    EXPECT_EQ(files().answer(path, kHash), KnownGoodAnswer::unknown_path) << path;
  }
}

}  // namespace
}  // namespace afterpatch::knowledge

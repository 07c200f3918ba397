#include "detect/files/file_places.h"

#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

const std::vector<std::string> kScripts = {".aspx", ".ashx"};

TEST(FilePlaces, PathsAreTakenApart) {
  EXPECT_EQ(file_name("\\a\\b.aspx"), "b.aspx");
  EXPECT_EQ(folder_of("\\a\\b.aspx"), "\\a");
  EXPECT_EQ(extension_of("\\a.x\\b"), "");
  EXPECT_EQ(extension_of("\\a\\b.aspx"), ".aspx");
}

TEST(FilePlaces, FoldersMatchAsWholeParts) {
  EXPECT_TRUE(lies_below("\\windows\\temp\\a", "\\windows"));
  EXPECT_FALSE(lies_below("\\windowsx\\a", "\\windows"));
  EXPECT_TRUE(passes_through("\\v15\\frontend\\httpproxy\\owa\\a", "\\frontend\\httpproxy"));
  EXPECT_FALSE(passes_through("\\v15\\frontend\\httpproxy2\\owa\\a", "\\frontend\\httpproxy"));
  EXPECT_TRUE(lies_directly_in("\\programdata\\a.zip", "\\programdata"));
  EXPECT_FALSE(lies_directly_in("\\programdata\\mcafee\\a.zip", "\\programdata"));
}

TEST(FilePlaces, ScriptsPutAsideAreRecognised) {
  EXPECT_TRUE(is_put_aside_script("\\q\\x.aspx.txt", kScripts));
  EXPECT_TRUE(is_put_aside_script("\\q\\x.aspx_", kScripts));
  EXPECT_FALSE(is_put_aside_script("\\q\\x.aspx", kScripts));
  EXPECT_FALSE(is_put_aside_script("\\q\\x.aspxy", kScripts));
  EXPECT_FALSE(is_put_aside_script("\\q\\.aspx.txt", kScripts));
}

TEST(FilePlaces, SystemPlacesLeaveOutTemp) {
  EXPECT_TRUE(is_system_place("\\windows\\system32\\a.dll"));
  EXPECT_FALSE(is_system_place("\\windows\\temp\\a.dll"));
  EXPECT_TRUE(is_component_store("\\windows\\winsxs\\x\\a.dll"));
  EXPECT_FALSE(is_system_place("\\evidence\\a.dll"));
}

TEST(FilePlaces, UrlsAreMappedBelowTheirFolder) {
  EXPECT_EQ(below_url("/owa/Auth/x.aspx", "/owa"), "\\auth\\x.aspx");
  EXPECT_EQ(below_url("/x.aspx", "/"), "\\x.aspx");
  EXPECT_EQ(below_url("/owax/x.aspx", "/owa"), std::nullopt);
}

}  // namespace
}  // namespace afterpatch::detect::files

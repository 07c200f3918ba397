#include "evidence/windows_path.h"

#include <gtest/gtest.h>

namespace afterpatch::evidence {
namespace {

struct Case {
  const char* below;
  const char* windows;
};

class WindowsPath : public testing::TestWithParam<Case> {};

TEST_P(WindowsPath, CutsWhatACollectorPutAboveIt) {
  EXPECT_EQ(to_windows_path(GetParam().below), GetParam().windows);
}

INSTANTIATE_TEST_SUITE_P(
    Collectors, WindowsPath,
    testing::Values(Case{"C/Program Files/Microsoft/X.aspx", "\\program files\\microsoft\\x.aspx"},
                    Case{"inetpub/wwwroot/a.aspx", "\\inetpub\\wwwroot\\a.aspx"},
                    Case{"mnt/c/Windows/System32/x", "\\windows\\system32\\x"},
                    Case{"[root]/inetpub/logs/u.log", "\\inetpub\\logs\\u.log"},
                    Case{"evidence01/C%3A/Program Files (x86)/x", "\\program files (x86)\\x"},
                    Case{"uploads/auto/C%3A/Exchange/V15/x", "\\exchange\\v15\\x"},
                    Case{"users/analyst/case1/D:/Logs/x.log", "\\logs\\x.log"},
                    Case{"Users/bob/windows/x", "\\users\\bob\\windows\\x"},
                    Case{"Windows.old/Program Files/x", "\\windows.old\\program files\\x"},
                    Case{"logs\\u_ex.log", "\\logs\\u_ex.log"}, Case{"u_ex210305.log", "\\u_ex210305.log"},
                    Case{"a//b/./c", "\\a\\b\\c"}, Case{"", "\\"},
                    Case{"inetpub/B\xC3\x9C\xFF.ASPX", "\\inetpub\\b\xC3\x9C\xFF.aspx"}));

TEST(WindowsPathOfSource, SourceInsideACopyOfTheServerSaysThePlace) {
  EXPECT_EQ(to_windows_path("/mnt/c/inetpub/wwwroot", "aspnet_client/x.aspx"),
            "\\inetpub\\wwwroot\\aspnet_client\\x.aspx");
  EXPECT_EQ(to_windows_path("/home/users/case", "u_ex.log"), "\\u_ex.log");
  EXPECT_EQ(to_windows_path("/data/windows/disk", "Program Files/x"), "\\program files\\x");
}

}  // namespace
}  // namespace afterpatch::evidence

#include "base/escape.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace afterpatch {
namespace {

TEST(EscapeTerminal, MakesControlCodesVisible) {
  EXPECT_EQ(escape_terminal("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(escape_terminal("a\nb\rc\td"), "a\\nb\\rc\\td");
  EXPECT_EQ(escape_terminal("\xC2\x9B"), "\\x9b");  // C1 CSI
  EXPECT_EQ(escape_terminal("x\u202Egpj.exe"), "x\\u{202e}gpj.exe");
}

TEST(EscapeTerminal, NeverLetsAControlByteThrough) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second), 'z'};
      const std::string shown = escape_terminal(bytes);
      EXPECT_TRUE(is_utf8(shown));
      for (const char c : shown) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
      EXPECT_EQ(shown.find("\xC2\x9B"), std::string::npos);
    }
  }
}

TEST(EscapeTerminal, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(escape_terminal("ééé", 3), "é…");
  EXPECT_EQ(escape_terminal("abc", 3), "abc");
}

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(escape_html("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
  EXPECT_EQ(escape_html(std::string_view("\0x", 2)), "\\x00x");
}

TEST(EscapeCsv, QuotesAndDisarmsFormulas) {
  EXPECT_EQ(escape_csv("plain"), "plain");
  EXPECT_EQ(escape_csv("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(escape_csv("=1+1"), "'=1+1");
  EXPECT_EQ(escape_csv("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(escape_csv("-1"), "'-1");
}

}  // namespace
}  // namespace afterpatch

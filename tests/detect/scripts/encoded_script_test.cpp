#include "detect/scripts/encoded_script.h"

#include <gtest/gtest.h>

namespace afterpatch::detect::scripts {
namespace {

// The first letters of a word as the Script Encoder writes them.
TEST(EncodedScript, UndoesTheTables) {
  const auto decoded = decode_script("#@~^BgAAAA==3X+^!YdgIAAA==^#~@");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->text, "Execut");
}

TEST(EncodedScript, UndoesEscapes) {
  const auto decoded = decode_script("#@~^BQAAAA==@!@*@$@#@&AAAAAA==^#~@");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->text, "<>@\r\n");
}

TEST(EncodedScript, ABlockThatIsCutIsReadToItsEnd) {
  const auto decoded = decode_script("#@~^BgAAAA==3X+^");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->text, "Exec");
}

TEST(EncodedScript, OtherTextIsNone) {
  EXPECT_FALSE(decode_script("#@~"));
  EXPECT_FALSE(decode_script("msgbox 1"));
}

}  // namespace
}  // namespace afterpatch::detect::scripts

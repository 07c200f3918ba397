#include "detect/files/yara_literals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Ways = std::vector<std::vector<std::string>>;

Ways literals(const std::string& value) {
  const std::string rule = "rule r { strings: $a = " + value + " condition: $a }";
  const YaraFileText file = cut_yara_text(rule);
  EXPECT_TRUE(file.sound) << rule;
  return necessary_literals(file.rules.at(0).strings.at(0));
}

TEST(YaraLiterals, TextIsItsOwnLiteral) {
  EXPECT_EQ(literals("\"cmd.exe\""), (Ways{{"cmd.exe"}}));
  EXPECT_EQ(literals("\"a\\\"b\\x41\\\\c\""), (Ways{{"a\"bA\\c"}}));
  EXPECT_EQ(literals("\"wxyz\" wide"), (Ways{{std::string("w\0x\0y\0z\0", 8)}}));
  EXPECT_EQ(literals("\"wxyz\" wide ascii nocase"), (Ways{{std::string("w\0x\0y\0z\0", 8)}, {"wxyz"}}));
}

TEST(YaraLiterals, NothingIsClaimedOfWhatIsChangedOrShort) {
  EXPECT_THAT(literals("\"MZ\""), IsEmpty());
  EXPECT_THAT(literals("\"long enough\" xor"), IsEmpty());
  EXPECT_THAT(literals("\"long enough\" base64"), IsEmpty());
}

TEST(YaraLiterals, HexGivesRunsOfWholeBytes) {
  EXPECT_EQ(literals("{ 71 77 78 7A ?? 01 02 }"), (Ways{{"qwxz"}}));
  EXPECT_EQ(literals("{ 71 77 78 7A [2-4] ( 61 62 63 64 65 | 66 ) 6B 6A 76 77 78 // 79\n }"),
            (Ways{{"kjvwx", "qwxz"}}));
  EXPECT_THAT(literals("{ 71 7? 78 ?A 71 77 }"), IsEmpty());
}

TEST(YaraLiterals, RegexGivesWhatMustBeThere) {
  EXPECT_EQ(literals("/eval\\(base64[a-z]+\\$_POST/"), (Ways{{"eval(base64", "$_POST"}}));
  EXPECT_EQ(literals("/abcdx?wxyzq/"), (Ways{{"wxyzq", "abcd"}}));
  EXPECT_EQ(literals("/wxyzq+(ab|cd)*/i"), (Ways{{"wxyzq"}}));
  EXPECT_EQ(literals("/wxyzab{2,3}/"), (Ways{{"wxyza"}}));
  EXPECT_THAT(literals("/wxyzq|vwxyz/"), IsEmpty());
  EXPECT_EQ(literals("/[]wxyzq(]vwxyz/"), (Ways{{"vwxyz"}}));
  EXPECT_EQ(literals("/vwxyz\\d{4}/ wide"), (Ways{{std::string("v\0w\0x\0y\0z\0", 10)}}));
}

}  // namespace
}  // namespace afterpatch::detect::files

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

TEST(YaraLiterals, NothingIsClaimedOfWhatIsShortOrHasItsOwnAlphabet) {
  EXPECT_THAT(literals("\"MZ\""), IsEmpty());
  EXPECT_THAT(literals("\"abc\" base64"), IsEmpty());
  EXPECT_THAT(literals("\"long enough\" "
                       "base64(\"!@#$%^&*(){}[].,|ABCDEFGHIJ\\x09LMNOPQRSTUVWXYZabcdefghijklmnopqrstu\")"),
              IsEmpty());
}

TEST(YaraLiterals, XorHasOneWayForEachKey) {
  const Ways plain = literals("\"wxyz\" xor");
  ASSERT_EQ(plain.size(), 256U);
  EXPECT_EQ(plain[0], std::vector<std::string>{"wxyz"});
  EXPECT_EQ(plain[0x20], std::vector<std::string>{"WXYZ"});
  EXPECT_EQ(literals("\"wxyz\" xor wide")[1], (std::vector<std::string>{"v\1y\1x\1{\1"}));
  EXPECT_EQ(literals("\"wxyz\" xor wide ascii").size(), 512U);
}

// `printf delta-text | base64`, the same behind one and two bytes, less what depends on these.
TEST(YaraLiterals, Base64HasOneWayForEachPlaceInAGroup) {
  EXPECT_EQ(literals("\"delta-text\" base64"),
            (Ways{{"ZGVsdGEtdGV4d"}, {"RlbHRhLXRleH"}, {"kZWx0YS10ZXh0"}}));
  EXPECT_EQ(literals("\"delta-text\" base64 base64wide").size(), 6U);
  EXPECT_EQ(literals("\"delta-text\" wide ascii base64").size(), 6U);
}

TEST(YaraReach, IsFurtherThanTheLongestMatch) {
  const auto reach = [](const std::string& value) {
    const std::string rule = "rule r { strings: $a = " + value + " condition: $a }";
    return reach_of(cut_yara_text(rule).rules.at(0).strings.at(0));
  };
  EXPECT_GT(reach("\"wxyz\" wide").value_or(0), 10U);
  EXPECT_GT(reach("{ 01 02 [3-500] 04 }").value_or(0), 503U);
  EXPECT_GT(reach("/a.*b/").value_or(0), 8192U);
  EXPECT_EQ(reach("{ 01 02 [3-] 04 }"), std::nullopt);
  EXPECT_EQ(reach("{ 01 02 [3-90000] 04 }"), std::nullopt);
  EXPECT_EQ(reach("/a.{1,900}?b/"), std::nullopt);
}

TEST(YaraLiterals, ATextAloneIsSure) {
  const auto sure = [](const std::string& value) {
    const std::string rule = "rule r { strings: $a = " + value + " condition: $a }";
    return sure_text(cut_yara_text(rule).rules.at(0).strings.at(0));
  };
  EXPECT_EQ(sure("\"wx\\x41\""), "wxA");
  EXPECT_EQ(sure("\"wxyz\" ascii wide nocase"), "wxyz");
  EXPECT_EQ(sure("\"wxyz\" wide"), std::nullopt);
  EXPECT_EQ(sure("\"wxyz\" fullword"), std::nullopt);
  EXPECT_EQ(sure("\"wxyz\" xor"), std::nullopt);
  EXPECT_EQ(sure("\"wxyz\" base64"), std::nullopt);
  EXPECT_EQ(sure("/wxyz/"), std::nullopt);
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

#include "detect/files/yara_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> patterns(const std::string& value) {
  const std::string rule = "rule r { strings: $a = " + value + " condition: $a }";
  const YaraFileText file = cut_yara_text(rule);
  EXPECT_TRUE(file.sound) << rule;
  return search_patterns(file.rules.at(0).strings.at(0));
}

TEST(YaraPattern, HexKeepsWildcardsChoicesAndShortJumps) {
  EXPECT_THAT(
      patterns("{ 4D ?? 5? ?A [2-4] ( 61 | 62 63 ) [3] }"),
      ElementsAre("\\x4d.[\\x50\\x51\\x52\\x53\\x54\\x55\\x56\\x57\\x58\\x59\\x5a\\x5b\\x5c\\x5d\\x5e\\x5f]"
                  "[\\x0a\\x1a\\x2a\\x3a\\x4a\\x5a\\x6a\\x7a\\x8a\\x9a\\xaa\\xba\\xca\\xda\\xea\\xfa]"
                  ".{2,4}(?:\\x61|\\x62\\x63).{3,3}"));
}

TEST(YaraPattern, LongGapsHaveNoUpperLimit) {
  EXPECT_THAT(patterns("{ 4D 5A [20-300] 61 /* PE */ 62 // more\n }"),
              ElementsAre("\\x4d\\x5a.{16,}\\x61\\x62"));
  EXPECT_THAT(patterns("/ab{3,200}?c/"), ElementsAre("\\x61\\x62{3,}\\x63"));
}

TEST(YaraPattern, AnchorsAndBoundariesAreLeftOut) {
  EXPECT_THAT(patterns("/^\\b(a|b)[^x-z\\]]+\\.$/"), ElementsAre("(?:\\x61|\\x62)[^\\x78-\\x7a\\x5d]+\\x2e"));
}

TEST(YaraPattern, EachFormHasItsOwn) {
  EXPECT_THAT(patterns("\"<?\" wide ascii nocase"),
              ElementsAre("(?i)(?:\\x3c\\x00)(?:\\x3f\\x00)", "(?i)\\x3c\\x3f"));
  EXPECT_THAT(patterns("/ab/i"), ElementsAre("(?i)\\x61\\x62"));
}

TEST(YaraPattern, NothingIsClaimedOfOneByteOrOfWhatIsChanged) {
  EXPECT_THAT(patterns("/a|bc/"), IsEmpty());
  EXPECT_THAT(patterns("\"abc\" xor"), IsEmpty());
  EXPECT_THAT(patterns("\"abc\" base64"), IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect::files

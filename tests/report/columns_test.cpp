#include "report/columns.h"

#include <gmock/gmock.h>

namespace afterpatch::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Columns, CountCharactersNotBytes) {
  EXPECT_EQ(columns_of("caf\u00e9"), 4U);
  EXPECT_EQ(columns_of("\u4e2d\u6587"), 4U);
}

TEST(Columns, FitMarksWhatItCutsOff) {
  EXPECT_EQ(fit("short", 5), "short");
  EXPECT_EQ(fit("longer", 5), "long…");
  EXPECT_EQ(fit("\u4e2d\u6587\u5b57", 4), "\u4e2d…");
}

TEST(Columns, FitEndKeepsTheEndOfAPath) {
  EXPECT_EQ(fit_end("a/b/c.log", 6), "…c.log");
}

TEST(Columns, WrapBreaksAtBlanks) {
  EXPECT_THAT(wrap("one two three", 7, 9), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two three", 8, 9), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("", 8, 9), IsEmpty());
}

TEST(Columns, WrapBreaksAWordThatIsLongerThanALine) {
  EXPECT_THAT(wrap("abcdefgh", 3, 9), ElementsAre("abc", "def", "gh"));
}

TEST(Columns, WrapEndsInAnEllipsisWhenThereIsMore) {
  EXPECT_THAT(wrap("one two three four", 7, 2), ElementsAre("one two", "three …"));
}

}  // namespace
}  // namespace afterpatch::report

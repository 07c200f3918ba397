#include "knowledge/build.h"

#include <gtest/gtest.h>

namespace afterpatch::knowledge {
namespace {

TEST(ParseBuild, ReadsTheFormsThatExchangeWrites) {
  const Build expected{{15, 1, 2176, 2}};
  EXPECT_EQ(parse_build("15.1.2176.2"), expected);
  EXPECT_EQ(parse_build("15.01.2176.002"), expected);
  EXPECT_EQ(parse_build("Version 15.1 (Build 2176.2)"), expected);
  EXPECT_EQ(parse_build(" 15.1.2176.2\r\n"), expected);
}

TEST(ParseBuild, RefusesEverythingElse) {
  for (const char* text : {"", "15", "15.1.2176", "15.1.2176.2.1", "15.1.2176.", ".15.1.2176.2",
                           "15.1.2176.-2", "15.1.2176.2x", "15.1.2176.1234567890", "Version 15.1",
                           "Version 15.1 (Build 2176.2", "15,1,2176,2", "+15.1.2176.2"}) {
    EXPECT_FALSE(parse_build(text)) << text;
  }
}

TEST(Build, ComparesNumbersNotText) {
  EXPECT_LT(*parse_build("15.1.1913.5"), *parse_build("15.1.1913.10"));
  EXPECT_LT(*parse_build("15.1.999.1"), *parse_build("15.1.1466.3"));
  EXPECT_EQ(to_string(*parse_build("15.01.1913.010")), "15.1.1913.10");
}

TEST(Build, SharesABranchByTheFirstThreeNumbers) {
  EXPECT_TRUE(parse_build("15.1.2176.2")->same_branch(*parse_build("15.1.2176.14")));
  EXPECT_FALSE(parse_build("15.1.2176.2")->same_branch(*parse_build("15.1.2242.2")));
}

}  // namespace
}  // namespace afterpatch::knowledge

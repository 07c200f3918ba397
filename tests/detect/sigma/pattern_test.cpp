#include "detect/sigma/pattern.h"

#include <gtest/gtest.h>

namespace afterpatch::detect::sigma {
namespace {

using Kind = PatternPart::Kind;

Pattern of(std::vector<PatternPart> parts) {
  return {std::move(parts), false};
}

TEST(Pattern, ReadsWildcards) {
  EXPECT_EQ(parse_pattern("a*b?"),
            of({{Kind::text, "a"}, {Kind::any_run, {}}, {Kind::text, "b"}, {Kind::any_one, {}}}));
  EXPECT_EQ(parse_pattern(""), of({}));
  EXPECT_EQ(parse_pattern("?cmd="), of({{Kind::any_one, {}}, {Kind::text, "cmd="}}));
}

// The table of the Sigma specification ("Escaping") and pySigma's parser.
TEST(Pattern, FollowsTheEscapingRules) {
  EXPECT_EQ(parse_pattern(R"(\*)"), of({{Kind::text, "*"}}));
  EXPECT_EQ(parse_pattern(R"(\?h=)"), of({{Kind::text, "?h="}}));
  EXPECT_EQ(parse_pattern(R"(\\*)"), of({{Kind::text, "\\"}, {Kind::any_run, {}}}));
  EXPECT_EQ(parse_pattern(R"(\\\*)"), of({{Kind::text, "\\*"}}));
  EXPECT_EQ(parse_pattern(R"(\a)"), of({{Kind::text, "\\a"}}));
  EXPECT_EQ(parse_pattern(R"(\\a)"), of({{Kind::text, "\\a"}}));
  EXPECT_EQ(parse_pattern(R"(\\\a)"), of({{Kind::text, "\\\\a"}}));
  EXPECT_EQ(parse_pattern(R"(\\\\a)"), of({{Kind::text, "\\\\a"}}));
  EXPECT_EQ(parse_pattern(R"(C:\Windows\)"), of({{Kind::text, "C:\\Windows\\"}}));
}

TEST(Pattern, ABackslashAtTheEndDoesNotEscapeAnAddedWildcard) {
  Pattern pattern = parse_pattern(R"(C:\Windows\)");
  open_back(pattern);
  EXPECT_EQ(pattern, of({{Kind::text, "C:\\Windows\\"}, {Kind::any_run, {}}}));
}

TEST(Pattern, WildcardsThatAreThereAreNotAddedAgain) {
  Pattern pattern = parse_pattern("*a*");
  open_front(pattern);
  open_back(pattern);
  EXPECT_EQ(pattern, parse_pattern("*a*"));
}

TEST(Pattern, OnlyDashesThatBeginAWordAreInterchangeable) {
  const Pattern pattern = with_interchangeable_dashes(parse_pattern("-no-profile /c a-b - x"));
  EXPECT_EQ(pattern, of({{Kind::any_dash, {}},
                         {Kind::text, "no-profile "},
                         {Kind::any_dash, {}},
                         {Kind::text, "c a-b - x"}}));
}

TEST(Pattern, IsWrittenAsARuleWouldWriteIt) {
  EXPECT_EQ(to_string(parse_pattern(R"(*a\*b?)")), R"(*a\*b?)");
}

}  // namespace
}  // namespace afterpatch::detect::sigma

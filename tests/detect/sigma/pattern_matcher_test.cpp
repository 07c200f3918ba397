#include "detect/sigma/pattern_matcher.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::detect::sigma {
namespace {

// All texts over `alphabet` of up to `length` characters.
std::vector<std::string> all_texts(std::string_view alphabet, std::size_t length) {
  std::vector<std::string> texts = {""};
  for (std::size_t begin = 0, i = 0; i < length; ++i) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : alphabet) texts.push_back(texts[begin] + c);
    }
  }
  return texts;
}

// The same question asked of the rule's text, character by character, without any of the matcher's parts.
bool matches_naively(std::string_view pattern, std::string_view value) {
  if (pattern.empty()) return value.empty();
  if (pattern[0] == '*') {
    for (std::size_t skipped = 0; skipped <= value.size(); ++skipped) {
      if (matches_naively(pattern.substr(1), value.substr(skipped))) return true;
    }
    return false;
  }
  if (pattern[0] == '?') return !value.empty() && matches_naively(pattern.substr(1), value.substr(1));
  const bool escapes = pattern[0] == '\\' && pattern.size() > 1 &&
                       std::string_view("*?\\").find(pattern[1]) != std::string_view::npos;
  const char wanted = escapes ? pattern[1] : pattern[0];
  return !value.empty() && value[0] == wanted &&
         matches_naively(pattern.substr(escapes ? 2 : 1), value.substr(1));
}

TEST(PatternMatcher, AgreesWithTheNaiveReadingOfEveryShortPattern) {
  const auto patterns = all_texts("ab*?\\", 5);
  const auto values = all_texts("ab*\\", 4);
  MatchScratch scratch;
  for (const std::string& pattern : patterns) {
    const PatternMatcher matcher(parse_pattern(pattern));
    for (const std::string& value : values) {
      ASSERT_EQ(matcher.matches(value, value, scratch), matches_naively(pattern, value))
          << pattern << " on " << value;
    }
  }
}

// A letter beyond ASCII with case sends the pattern through code points; the answers must not change.
TEST(PatternMatcher, AgreesWithTheNaiveReadingBeyondAscii) {
  const auto patterns = all_texts("ab*?", 5);
  const auto values = all_texts("ab", 5);
  const auto widen = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('a', at)) != std::string::npos; at += 2)
      text.replace(at, 1, "\xC3\xA9");
    return text;
  };
  for (const std::string& pattern : patterns) {
    const PatternMatcher matcher(parse_pattern(widen(pattern)));
    MatchScratch scratch;
    for (const std::string& value : values) {
      const std::string wide = widen(value);
      ASSERT_EQ(matcher.matches(wide, wide, scratch), matches_naively(pattern, value))
          << pattern << " on " << value;
    }
  }
}

TEST(PatternMatcher, IgnoresCase) {
  EXPECT_TRUE(matches(parse_pattern("*/OWA/auth/*.ASPX"), "/owa/Auth/x.aspx"));
  EXPECT_TRUE(matches(parse_pattern("*\xC3\x89T\xC3\x89*"), "un \xC3\xA9t\xC3\xA9"));  // ÉTÉ, été
  EXPECT_TRUE(matches(parse_pattern("\xD0\x96*"), "\xD0\xB6x"));                       // Cyrillic zhe
  EXPECT_TRUE(matches(parse_pattern("\xCF\x83"), "\xCF\x82"));  // sigma and final sigma
}

TEST(PatternMatcher, NoCharacterBeyondAsciiEqualsAnAsciiLetter) {
  EXPECT_FALSE(matches(parse_pattern("key"),
                       "\xE2\x84\xAA"
                       "ey"));                                            // KELVIN SIGN
  EXPECT_FALSE(matches(parse_pattern("\xC3\xA9s"), "\xC3\xA9\xC5\xBF"));  // LONG S
}

TEST(PatternMatcher, CasedAsksForTheSameCase) {
  Pattern pattern = parse_pattern("*Cmd*");
  pattern.cased = true;
  EXPECT_TRUE(matches(pattern, "xCmdx"));
  EXPECT_FALSE(matches(pattern, "xcmdx"));
}

TEST(PatternMatcher, AQuestionMarkIsOneCharacterHoweverManyBytesItHas) {
  EXPECT_TRUE(matches(parse_pattern("a?b"),
                      "a\xE2\x82\xAC"
                      "b"));
  EXPECT_FALSE(matches(parse_pattern("a??b"),
                       "a\xE2\x82\xAC"
                       "b"));
  EXPECT_TRUE(matches(parse_pattern("a?b"),
                      "a\xFF"
                      "b"));  // an ill-formed byte is a character
  EXPECT_TRUE(matches(parse_pattern("a??b"),
                      "a\xE2\x82"
                      "b"));
}

TEST(PatternMatcher, AStarCrossesLineBreaks) {
  EXPECT_TRUE(matches(parse_pattern("a*b"), "a\r\n\nb"));
}

TEST(PatternMatcher, AnyOfTheFiveDashesFits) {
  const Pattern pattern = with_interchangeable_dashes(parse_pattern("x -enc*"));
  for (const char* dash : {"-", "/", "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\x95"}) {
    EXPECT_TRUE(matches(pattern, std::string("x ") + dash + "ENC y")) << dash;
  }
  EXPECT_FALSE(matches(pattern, "x +enc y"));
}

TEST(PatternMatcher, FindsCaselessCharactersByTheirBytes) {
  EXPECT_TRUE(matches(parse_pattern("*\xF0\x9F\x98\x80*"), "a \xF0\x9F\x98\x80 B"));
}

}  // namespace
}  // namespace afterpatch::detect::sigma

#include "base/text.h"

#include <gtest/gtest.h>

#include <random>

namespace afterpatch {
namespace {

TEST(Text, ComparesIgnoringAsciiCaseOnly) {
  EXPECT_TRUE(equals_ignoring_case("OAB", "oab"));
  EXPECT_FALSE(equals_ignoring_case("É", "é"));
  EXPECT_TRUE(starts_with_ignoring_case("Content", "cON"));
  EXPECT_TRUE(ends_with_ignoring_case("x.ASPX", ".aspx"));
  EXPECT_TRUE(contains_ignoring_case("a/ECP/b", "/ecp/"));
  EXPECT_FALSE(contains_ignoring_case("ab", "abc"));
}

TEST(Text, RecognisesIllFormedUtf8) {
  EXPECT_TRUE(is_utf8("é€😀"));
  for (const std::string_view bytes :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE9", "\x80", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_FALSE(is_utf8(bytes));
  }
}

TEST(Text, TakesIllFormedBytesAsWindows1252) {
  EXPECT_EQ(to_utf8("caf\xE9"), "café");
  EXPECT_EQ(to_utf8("\x80 100"), "€ 100");
  EXPECT_EQ(to_utf8("é"), "é");
  EXPECT_TRUE(is_utf8(to_utf8("\x81\x8D\xFF\xC0")));
}

TEST(Text, DecodesUtf16WithSurrogatesAndOddEnds) {
  EXPECT_EQ(utf16le_to_utf8(std::string_view("h\0i\0", 4)), "hi");
  EXPECT_EQ(utf16be_to_utf8(std::string_view("\0h\0i", 4)), "hi");
  EXPECT_EQ(utf16le_to_utf8(std::string_view("\x3D\xD8\x00\xDE", 4)), "😀");
  EXPECT_EQ(utf16le_to_utf8(std::string_view("\x3D\xD8x\0y", 5)), "\xEF\xBF\xBDx");
}

TEST(Text, DecodesPercentOnceAndLeavesBrokenEscapes) {
  EXPECT_EQ(percent_decode("%5d%3A444/a+b"), "]:444/a+b");
  EXPECT_EQ(percent_decode("%2541%4"), "%41%4");
  EXPECT_EQ(percent_decode("%zz%"), "%zz%");
}

TEST(Text, SplitsAndTrims) {
  EXPECT_EQ(split("a,,b", ',').size(), 3U);
  EXPECT_EQ(split("", ',').size(), 1U);
  EXPECT_EQ(trim(" \t x \r\n"), "x");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, ContainsIgnoringCaseAgreesWithAPlainSearch) {
  std::mt19937 random(7);
  const auto made = [&](std::size_t most) {
    constexpr std::string_view kLetters = "aAbBzZ<.";
    std::string text(random() % (most + 1), ' ');
    for (char& c : text) c = kLetters[random() % kLetters.size()];
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = made(24);
    const std::string part = made(4);
    const bool plain = to_lower_ascii(text).find(to_lower_ascii(part)) != std::string::npos;
    ASSERT_EQ(contains_ignoring_case(text, part), plain) << text << " | " << part;
  }
}

}  // namespace
}  // namespace afterpatch

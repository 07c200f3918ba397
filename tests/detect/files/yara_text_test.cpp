#include "detect/files/yara_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> texts(const std::vector<YaraToken>& tokens) {
  std::vector<std::string> out;
  for (const YaraToken& token : tokens) out.emplace_back(token.text);
  return out;
}

TEST(YaraText, CutsRulesWithTheirLinesStringsAndConditions) {
  const std::string text =
      "import \"pe\"\n// rule no { }\nprivate rule one : tag {\n strings:\n  $a = \"x\" wide nocase\n  $h = "
      "{ 4D "
      "5A [2-4] ( 01 | 02 ) // } no end\n }\n condition: $a and not #h > 3\n}\nglobal rule two { condition: "
      "filesize <= 10KB }";
  const YaraFileText file = cut_yara_text(text);
  EXPECT_TRUE(file.sound);
  ASSERT_THAT(file.rules, SizeIs(2));
  EXPECT_EQ(file.rules[0].name, "one");
  EXPECT_EQ(file.rules[0].first_line, 3U);
  EXPECT_EQ(file.rules[0].last_line, 9U);
  EXPECT_FALSE(file.rules[0].is_global);
  ASSERT_THAT(file.rules[0].strings, SizeIs(2));
  EXPECT_EQ(file.rules[0].strings[0].name, "$a");
  EXPECT_EQ(file.rules[0].strings[0].value.text, "\"x\"");
  EXPECT_THAT(file.rules[0].strings[0].modifiers, ElementsAre("wide", "nocase"));
  EXPECT_EQ(file.rules[0].strings[1].value.kind, YaraToken::Kind::hex);
  EXPECT_THAT(texts(file.rules[0].condition), ElementsAre("$a", "and", "not", "#h", ">", "3"));
  EXPECT_TRUE(file.rules[1].is_global);
  EXPECT_THAT(texts(file.rules[1].condition), ElementsAre("filesize", "<=", "10KB"));
}

TEST(YaraText, BracesAndWordsInsideValuesEndNothing) {
  const YaraFileText file = cut_yara_text(
      "rule a { meta: d = \"} condition: \\\" \" b = true strings: $a = \"}\" $r = /a}\\/[}]{2}/is "
      "condition: "
      "$a and filename matches /}\\./ }\nrule b { condition: true }");
  EXPECT_TRUE(file.sound);
  ASSERT_THAT(file.rules, SizeIs(2));
  EXPECT_THAT(texts(file.rules[0].condition), ElementsAre("$a", "and", "filename", "matches", "/}\\./"));
}

TEST(YaraText, WhatIsNotUnderstoodIsUnsound) {
  EXPECT_FALSE(cut_yara_text("rule a { condition: true ").sound);
  EXPECT_FALSE(cut_yara_text("rule a { strings: $a = \"open\n condition: $a }").sound);
  EXPECT_FALSE(cut_yara_text("\xef\xbb\xbfrule a { condition: true }").sound);
  EXPECT_FALSE(cut_yara_text("/* open").sound);
  EXPECT_TRUE(cut_yara_text("").sound);
}

TEST(YaraText, IncludesAreKnownByPlace) {
  const YaraFileText file = cut_yara_text("\ninclude \"a.yar\"\nrule b { condition: true }");
  ASSERT_THAT(file.includes, SizeIs(1));
  EXPECT_EQ(file.includes[0].line, 2U);
}

TEST(YaraText, BlankingOutKeepsLines) {
  std::string text = "ab\ncd";
  blank_out(text, 1, 4);
  EXPECT_EQ(text, "a \n d");
}

}  // namespace
}  // namespace afterpatch::detect::files

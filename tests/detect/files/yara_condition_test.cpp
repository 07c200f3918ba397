#include "detect/files/yara_condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

YaraFileClass program() {
  return {.prefix = "MZ", .not_prefixes = {}, .min_size = 1000, .max_size = 2000, .without_nul = false};
}

YaraFileClass page() {
  return {.prefix = {},
          .not_prefixes = {"MZ"sv,
                           "\x7f"
                           "ELF"sv},
          .min_size = 0,
          .max_size = 100,
          .without_nul = true};
}

Truth value(const YaraFileClass& files, std::string_view condition, std::string_view strings = "") {
  std::string text = "rule r { ";
  if (!strings.empty()) text += "strings: " + std::string(strings);
  text += " condition: " + std::string(condition) + " }";
  const YaraFileText file = cut_yara_text(text);
  EXPECT_TRUE(file.sound) << text;
  return YaraCondition(file.rules.at(0)).evaluate(files, [](std::string_view name) {
    return name == "earlier_no" ? Truth::no : Truth::unknown;
  });
}

TEST(YaraCondition, TheHeaderDecides) {
  EXPECT_EQ(value(program(), "uint16(0) == 0x5A4D"), Truth::yes);
  EXPECT_EQ(value(program(), "0x5a4d == uint16(0)"), Truth::yes);
  EXPECT_EQ(value(program(), "uint16be(0) == 0x4d5a"), Truth::yes);
  EXPECT_EQ(value(program(), "uint16(0) == 0x4d5a"), Truth::no);
  EXPECT_EQ(value(program(), "uint8(1) != 0x5a"), Truth::no);
  EXPECT_EQ(value(program(), "uint32(0) == 0x464c457f"), Truth::not_yes);
  EXPECT_EQ(value(program(), "uint32(0) == 0x00905a4d"), Truth::unknown);
  EXPECT_EQ(value(program(), "uint16(4) == 1"), Truth::unknown);
  EXPECT_EQ(value(page(), "uint16(0) == 0x5a4d"), Truth::not_yes);
  EXPECT_EQ(value(page(), "not uint16(0) == 0x5a4d"), Truth::unknown);
  EXPECT_EQ(value(page(), "uint32be(0) == 0x7f454c46"), Truth::not_yes);
  EXPECT_EQ(value(page(), "uint16(0) == 0x253c"), Truth::unknown);
}

TEST(YaraCondition, ValuesThatNoReadingGivesDecideNothing) {
  EXPECT_EQ(value(program(), "uint8(0) == 0x5a4d"), Truth::unknown);
  EXPECT_EQ(value(program(), "int16(0) == 0xffff"), Truth::unknown);
  EXPECT_EQ(value(program(), "uint16(0) < 0x5a4d"), Truth::unknown);
  EXPECT_EQ(value(program(), "uint16(0) == 0x5a4d & 0xff"), Truth::unknown);
  EXPECT_EQ(value(program(), "uint16(uint32(0x3c)) == 0x4550"), Truth::unknown);
}

TEST(YaraCondition, TheSizeDecides) {
  EXPECT_EQ(value(program(), "filesize < 2KB"), Truth::yes);
  EXPECT_EQ(value(program(), "filesize < 1000"), Truth::no);
  EXPECT_EQ(value(program(), "filesize < 1500"), Truth::unknown);
  EXPECT_EQ(value(program(), "filesize > 2000"), Truth::no);
  EXPECT_EQ(value(program(), "filesize >= 2000"), Truth::unknown);
  EXPECT_EQ(value(program(), "1MB < filesize"), Truth::no);
  EXPECT_EQ(value(program(), "filesize == 999"), Truth::no);
  EXPECT_EQ(value(program(), "filesize != 999"), Truth::yes);
  EXPECT_EQ(value(program(), "filesize < 1KB * 4"), Truth::unknown);
}

TEST(YaraCondition, OperatorsBindAsInYara) {
  EXPECT_EQ(value(program(), "false or true and false"), Truth::no);
  EXPECT_EQ(value(program(), "true or true and false"), Truth::yes);
  EXPECT_EQ(value(program(), "not true and $a"), Truth::not_yes);
  EXPECT_EQ(value(program(), "not (true and $a)"), Truth::unknown);
  EXPECT_EQ(value(program(), "(filesize > 5KB or uint16(0) == 0x4b50) and $a"), Truth::not_yes);
  EXPECT_EQ(value(program(), "$a or filesize > 5KB"), Truth::unknown);
  EXPECT_EQ(value(program(), "for any i in (1..3) : ( false and true )"), Truth::unknown);
}

TEST(YaraCondition, WhatMayBeUndefinedIsNeverTakenForFalse) {
  EXPECT_EQ(value(page(), "pe.number_of_sections > 3"), Truth::undefined);
  EXPECT_EQ(value(page(), "not pe.number_of_sections > 3"), Truth::undefined);
  EXPECT_EQ(value(page(), "pe.imphash() == \"00\""), Truth::undefined);
  EXPECT_EQ(value(page(), "not (pe.machine == 1 or false)"), Truth::unknown);
  EXPECT_EQ(value(page(), "for all i in (0..pe.number_of_sections) : ( true )"), Truth::not_yes);
  EXPECT_EQ(value(page(), "for 1 i in (1, 2) : ( pe.machine == i )"), Truth::unknown);
  EXPECT_EQ(value(page(), "pe.is_pe == 0"), Truth::unknown);
  EXPECT_EQ(value(page(), "uint16(22) & pe.DLL"), Truth::unknown);
  EXPECT_EQ(value(page(), "for any s in pe.sections : ( s.name == \"x\" )"), Truth::not_yes);
  EXPECT_EQ(value(page(), "defined pe.machine"), Truth::unknown);
  EXPECT_EQ(value(program(), "pe.number_of_sections > 3"), Truth::unknown);
  EXPECT_EQ(value(program(), "elf.type == 1"), Truth::undefined);
}

TEST(YaraCondition, StringsWithNulBytesCantBeInTextWithout) {
  constexpr auto kStrings = "$w = \"x\" wide $b = \"x\" wide ascii $h = { 41 00 } $t = \"y\"";
  EXPECT_EQ(value(page(), "$w", kStrings), Truth::no);
  EXPECT_EQ(value(page(), "$b", kStrings), Truth::unknown);
  EXPECT_EQ(value(page(), "$h and $t", kStrings), Truth::not_yes);
  EXPECT_EQ(value(page(), "all of them", kStrings), Truth::no);
  EXPECT_EQ(value(page(), "2 of them", kStrings), Truth::unknown);
  EXPECT_EQ(value(page(), "3 of them", kStrings), Truth::no);
  EXPECT_EQ(value(page(), "any of ($w, $h)", kStrings), Truth::no);
  EXPECT_EQ(value(page(), "any of ($w*, $t*)", kStrings), Truth::unknown);
  EXPECT_EQ(value(page(), "75% of them", kStrings), Truth::unknown);
  EXPECT_EQ(value(program(), "$w", kStrings), Truth::unknown);
}

TEST(YaraCondition, AStringAtTheStartMustAgreeWithTheHeader) {
  constexpr auto kStrings = "$z = { 50 4b 03 04 } $m = \"MZ\" $n = \"pk\" nocase $j = { ?? 5a }";
  EXPECT_EQ(value(program(), "$z at 0", kStrings), Truth::not_yes);
  EXPECT_EQ(value(program(), "$m at 0", kStrings), Truth::unknown);
  EXPECT_EQ(value(page(), "$m at 0", kStrings), Truth::not_yes);
  EXPECT_EQ(value(program(), "$n at 0", kStrings), Truth::unknown);
  EXPECT_EQ(value(page(), "$j at 0", kStrings), Truth::unknown);
}

TEST(YaraCondition, EarlierRulesCount) {
  EXPECT_EQ(value(program(), "earlier_no and $a"), Truth::not_yes);
  EXPECT_EQ(value(program(), "not earlier_no"), Truth::yes);
  EXPECT_EQ(value(program(), "unheard_of"), Truth::unknown);
}

TEST(YaraCondition, DepthIsBounded) {
  const std::string deep = std::string(5000, '(') + "false" + std::string(5000, ')');
  EXPECT_EQ(value(program(), deep), Truth::unknown);
}

TEST(YaraCondition, StringsThatAreThereForSureDecide) {
  const auto present = [](std::string_view condition) {
    const std::string text =
        "rule r { strings: $a = \"one\" $b = \"two\" condition: " + std::string(condition) + " }";
    const YaraFileText file = cut_yara_text(text);
    return YaraCondition(file.rules.at(0))
        .evaluate(
            program(), [](std::string_view) { return Truth::unknown; }, [](std::size_t) { return true; },
            [](std::size_t string) { return string == 0; });
  };
  EXPECT_EQ(present("$a"), Truth::yes);
  EXPECT_EQ(present("not $a"), Truth::no);
  EXPECT_EQ(present("$b"), Truth::unknown);
  EXPECT_EQ(present("any of them"), Truth::yes);
  EXPECT_EQ(present("all of them"), Truth::unknown);
  EXPECT_EQ(present("not 1 of ($a*)"), Truth::no);
  EXPECT_EQ(present("$a at 100"), Truth::unknown);
  EXPECT_EQ(present("#a > 0"), Truth::unknown);
}

}  // namespace
}  // namespace afterpatch::detect::files

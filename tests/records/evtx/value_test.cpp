#include "records/evtx/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chunk_maker.h"

namespace afterpatch::records::evtx {
namespace {

using testing::ElementsAre;

Value value_of(ValueType type, std::string_view bytes) {
  return {static_cast<std::uint8_t>(type), bytes};
}
Value array_of(ValueType type, std::string_view bytes) {
  return {static_cast<std::uint8_t>(static_cast<std::uint8_t>(type) | kArray), bytes};
}
std::string text_of(ValueType type, const std::string& bytes) {
  return to_text(value_of(type, bytes));
}
std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> texts(count_texts(value));
  for (std::size_t i = 0; i < texts.size(); ++i) append_text(value, i, texts[i]);
  return texts;
}

TEST(Value, NumbersAreDecimalWithTheSignOfTheirType) {
  EXPECT_EQ(text_of(ValueType::int8, little_endian<std::int8_t>(-1)), "-1");
  EXPECT_EQ(text_of(ValueType::uint8, little_endian<std::uint8_t>(255)), "255");
  EXPECT_EQ(text_of(ValueType::int16, little_endian<std::int16_t>(-32768)), "-32768");
  EXPECT_EQ(text_of(ValueType::uint16, little_endian<std::uint16_t>(65535)), "65535");
  EXPECT_EQ(text_of(ValueType::int32, little_endian<std::int32_t>(-2)), "-2");
  EXPECT_EQ(text_of(ValueType::uint32, little_endian<std::uint32_t>(4294967295)), "4294967295");
  EXPECT_EQ(text_of(ValueType::int64, little_endian<std::int64_t>(-3)), "-3");
  EXPECT_EQ(text_of(ValueType::uint64, little_endian<std::uint64_t>(~0ULL)), "18446744073709551615");
}

TEST(Value, RealsAreInTheirShortestForm) {
  EXPECT_EQ(text_of(ValueType::float32, little_endian(0.1F)), "0.1");
  EXPECT_EQ(text_of(ValueType::float64, little_endian(0.1)), "0.1");
  EXPECT_EQ(text_of(ValueType::float64, little_endian(-2.5)), "-2.5");
}

TEST(Value, HexTypesHaveNoLeadingZeros) {
  EXPECT_EQ(text_of(ValueType::hex32, little_endian<std::uint32_t>(0x1f)), "0x1f");
  EXPECT_EQ(text_of(ValueType::hex64, little_endian<std::uint64_t>(0x8020000000000000)),
            "0x8020000000000000");
  EXPECT_EQ(text_of(ValueType::hex32, little_endian<std::uint32_t>(0)), "0x0");
}

TEST(Value, SizeIsHexInEitherWidth) {
  EXPECT_EQ(text_of(ValueType::size, little_endian<std::uint32_t>(0x3e7)), "0x3e7");
  EXPECT_EQ(text_of(ValueType::size, little_endian<std::uint64_t>(0x3e7)), "0x3e7");
}

TEST(Value, BooleansOfAnyWidthAreTrueOrFalse) {
  EXPECT_EQ(text_of(ValueType::boolean, little_endian<std::uint32_t>(1)), "true");
  EXPECT_EQ(text_of(ValueType::boolean, little_endian<std::uint32_t>(0)), "false");
  EXPECT_EQ(text_of(ValueType::boolean, little_endian<std::uint32_t>(0x0100)), "true");
  EXPECT_EQ(text_of(ValueType::boolean, little_endian<std::uint8_t>(1)), "true");
  EXPECT_EQ(text_of(ValueType::boolean, ""), "false");
}

TEST(Value, StringsEndAtTheirFirstNul) {
  EXPECT_EQ(text_of(ValueType::string, utf16("w3wp.exe")), "w3wp.exe");
  EXPECT_EQ(text_of(ValueType::string, utf16(std::string_view("ab\0cd", 5))), "ab");
  EXPECT_EQ(text_of(ValueType::string, utf16(std::string_view("eight ch\0x", 10))), "eight ch");
  EXPECT_EQ(text_of(ValueType::string, "a"), "") << "half a character";
}

TEST(Value, Utf16BecomesUtf8) {
  EXPECT_EQ(text_of(ValueType::string, std::string("\xfc\x00", 2)), "\xc3\xbc");
  EXPECT_EQ(text_of(ValueType::string, std::string("\x3d\xd8\x00\xde", 4)), "\xf0\x9f\x98\x80");
  EXPECT_EQ(text_of(ValueType::string, utf16("12345678") + std::string("\xac\x20", 2) + utf16("9")),
            "12345678\xe2\x82\xac"
            "9");
}

TEST(Value, LoneSurrogatesBecomeTheReplacementCharacter) {
  const std::string replacement = "\xef\xbf\xbd";
  EXPECT_EQ(text_of(ValueType::string, std::string("\x3d\xd8", 2)), replacement);
  EXPECT_EQ(text_of(ValueType::string, std::string("\x3d\xd8", 2) + utf16("a")), replacement + "a");
  EXPECT_EQ(text_of(ValueType::string, std::string("\x00\xde", 2) + utf16("a")), replacement + "a");
}

// The quick way for ASCII and the slow one must agree wherever a character of another kind stands.
TEST(Value, Utf16IsReadAlikeAtEveryPlaceOfAnOddCharacter) {
  const std::vector<std::string> odd = {std::string("\x00\x00", 2), std::string("\x80\x00", 2),
                                        std::string("\x7f\x00", 2), std::string("\x00\x01", 2),
                                        std::string("\x01\x00", 2), std::string("\x00\x80", 2)};
  const std::vector<std::string> expected = {"", "\xc2\x80", "\x7f", "\xc4\x80", "\x01", "\xe8\x80\x80"};
  for (std::size_t kind = 0; kind < odd.size(); ++kind) {
    for (std::size_t before = 0; before < 18; ++before) {
      const std::string front(before, 'x');
      const std::string tail = kind == 0 ? "" : "tail";
      std::string text;
      append_utf16(utf16(front) + odd[kind] + utf16("tail"), text);
      EXPECT_EQ(text, front + expected[kind] + tail) << kind << " behind " << before;
    }
  }
}

TEST(Value, AnsiStringsAreWindows1252) {
  EXPECT_EQ(text_of(ValueType::ansi_string, "M\xfcller"), "M\xc3\xbcller");
  EXPECT_EQ(text_of(ValueType::ansi_string, std::string("ab\0cd", 5)), "ab");
}

TEST(Value, GuidIsUpperCaseInBraces) {
  const std::string bytes("\x99\x9b\x10\xe8\x2c\x3a\x61\x49\xaa\x83\xd1\xa7\xa1\x48\xad\xa8", 16);
  EXPECT_EQ(text_of(ValueType::guid, bytes), "{E8109B99-3A2C-4961-AA83-D1A7A148ADA8}");
}

TEST(Value, SidHasItsAuthorityAndSubAuthorities) {
  EXPECT_EQ(text_of(ValueType::sid, std::string("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12)), "S-1-5-18");
  EXPECT_EQ(text_of(ValueType::sid, std::string("\x01\0\0\0\0\0\0\x10", 8)), "S-1-16");
}

TEST(Value, SidThatClaimsMoreThanItHasIsShownAsHex) {
  EXPECT_EQ(text_of(ValueType::sid, std::string("\x01\x02\0\0\0\0\0\x05\x12\0\0\0", 12)),
            "010200000000000512000000");
  EXPECT_EQ(text_of(ValueType::sid, "\x01"), "01");
}

TEST(Value, TimesAreUtcWithAllTheirDigits) {
  EXPECT_EQ(text_of(ValueType::filetime, little_endian<std::uint64_t>(0)), "1601-01-01T00:00:00.0000000Z");
  // 2021-03-03T06:49:46Z is 1614754186 in Unix time.
  EXPECT_EQ(text_of(ValueType::filetime,
                    little_endian<std::uint64_t>((1614754186ULL + 11644473600ULL) * 10000000 + 2101234)),
            "2021-03-03T06:49:46.2101234Z");
  std::string parts;
  for (const int part : {2021, 3, 3, 3, 6, 49, 46, 210})
    parts += little_endian(static_cast<std::uint16_t>(part));
  EXPECT_EQ(text_of(ValueType::systemtime, parts), "2021-03-03T06:49:46.210Z");
}

TEST(Value, FarthestFiletimeIsATimeAndWhatLiesBehindItIsNone) {
  EXPECT_EQ(text_of(ValueType::filetime, little_endian<std::uint64_t>(~0ULL >> 1U)),
            "30828-09-14T02:48:05.4775807Z");
  EXPECT_EQ(text_of(ValueType::filetime, little_endian<std::uint64_t>(1ULL << 63U)), "0x8000000000000000");
}

TEST(Value, BinaryAndUnknownTypesAreUpperCaseHex) {
  EXPECT_EQ(text_of(ValueType::binary, "\x0a\xff"), "0AFF");
  EXPECT_EQ(to_text({0x7e, "\x01"}), "01");
}

TEST(Value, NullAndNestedGiveNothing) {
  EXPECT_EQ(text_of(ValueType::null, "abc"), "");
  EXPECT_EQ(text_of(ValueType::binxml, "abc"), "");
}

TEST(Value, WhatIsTooShortForItsTypeIsHex) {
  for (const ValueType type :
       {ValueType::int16, ValueType::uint16, ValueType::int32, ValueType::uint32, ValueType::int64,
        ValueType::uint64, ValueType::float32, ValueType::float64, ValueType::guid, ValueType::filetime,
        ValueType::systemtime, ValueType::hex32, ValueType::hex64, ValueType::size})
    EXPECT_EQ(text_of(type, "\x2a"), "2A") << static_cast<int>(type);
}

TEST(Value, NothingOfAnyTypeIsReadPastItsEnd) {
  const std::string bytes(40, '\x07');
  for (int type = 0; type < 256; ++type) {
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
      // A copy of exactly this size, so that a sanitizer sees a read behind it.
      const std::vector<char> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      const Value value{static_cast<std::uint8_t>(type), {exact.data(), exact.size()}};
      EXPECT_LE(texts_of(value).size(), 41U);
      static_cast<void>(to_number(value));
    }
  }
}

TEST(Value, StringArrayHasOneTextForEachString) {
  EXPECT_THAT(texts_of(array_of(ValueType::string, utf16(std::string_view("a\0bc\0", 5)))),
              ElementsAre("a", "bc"));
  EXPECT_THAT(texts_of(array_of(ValueType::string, utf16(std::string_view("a\0bc", 4)))),
              ElementsAre("a", "bc"))
      << "the last NUL is missing";
  EXPECT_THAT(texts_of(array_of(ValueType::string, utf16(std::string_view("a\0\0b\0", 5)))),
              ElementsAre("a", "", "b"));
}

TEST(Value, EmptyArrayHasOneEmptyText) {
  for (const ValueType type : {ValueType::string, ValueType::uint16, ValueType::sid, ValueType::guid})
    EXPECT_THAT(texts_of(array_of(type, "")), ElementsAre("")) << static_cast<int>(type);
}

TEST(Value, ArraysOfFixedWidthAreCutByIt) {
  EXPECT_THAT(texts_of(array_of(ValueType::uint16, std::string("\x01\0\x02\0\x03\0", 6))),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(texts_of(array_of(ValueType::uint16, std::string("\x01\0\x02\0\x03", 5))),
              ElementsAre("1", "2"))
      << "half an item is left out";
}

TEST(Value, SidArrayIsCutBySubAuthorities) {
  const std::string system("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12);
  const std::string administrators("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16);
  EXPECT_THAT(texts_of(array_of(ValueType::sid, administrators + system)),
              ElementsAre("S-1-5-32-544", "S-1-5-18"));
}

TEST(Value, LongArraysAreBounded) {
  EXPECT_EQ(count_texts(array_of(ValueType::uint8, std::string(60000, 'x'))), kMaxArrayItems);
  EXPECT_EQ(count_texts(array_of(ValueType::string, std::string(60000, '\0'))), kMaxArrayItems);
}

TEST(Value, NumbersAreGivenOnlyByTypesThatAreNumbers) {
  EXPECT_EQ(to_number(value_of(ValueType::uint16, little_endian<std::uint16_t>(4624))), 4624U);
  EXPECT_EQ(to_number(value_of(ValueType::hex64, little_endian<std::uint64_t>(1ULL << 40U))), 1ULL << 40U);
  EXPECT_EQ(to_number(value_of(ValueType::size, little_endian<std::uint32_t>(7))), 7U);
  EXPECT_EQ(to_number(value_of(ValueType::uint32, "\x01")), 0U);
  EXPECT_EQ(to_number(value_of(ValueType::string, utf16("12"))), 0U);
  EXPECT_EQ(to_number(value_of(ValueType::guid, std::string(16, '\x01'))), 0U);
}

}  // namespace
}  // namespace afterpatch::records::evtx

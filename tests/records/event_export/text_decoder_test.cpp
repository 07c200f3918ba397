#include "records/event_export/text_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace afterpatch::records::event_export {
namespace {

std::string utf16(std::u16string_view text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFFU);
    const char high = static_cast<char>(unit >> 8U);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}

std::string decode(const std::string& bytes, std::size_t piece) {
  TextDecoder decoder;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    decoder.decode(bytes.substr(at, piece), false, out);
  decoder.decode({}, true, out);
  return out;
}

TEST(TextDecoder, ReadsEveryEncodingByItsMarkHoweverItIsCut) {
  const std::u16string text = u"\uFEFFa\u00e4\u20ac\U0001F600z";
  const std::string utf8 = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 100U}) {
    EXPECT_EQ(decode(utf16(text, false), piece), utf8) << piece;
    EXPECT_EQ(decode(utf16(text, true), piece), utf8) << piece;
    EXPECT_EQ(decode("\xEF\xBB\xBF" + utf8, piece), utf8) << piece;
    EXPECT_EQ(decode(utf8, piece), utf8) << piece;
  }
}

TEST(TextDecoder, ShortAndEmptyTextsAreWhole) {
  EXPECT_EQ(decode("", 1), "");
  EXPECT_EQ(decode("a", 1), "a");
  EXPECT_EQ(decode("\xFF\xFE", 1), "");
}

TEST(TextDecoder, CountsWhatTextTookInUtf16) {
  for (const std::u16string text : {u"", u"abc", u"a\u00e4\u20ac\U0001F600z"}) {
    const std::string bytes = utf16(text, false);
    EXPECT_EQ(utf16_bytes(decode("\xFF\xFE" + bytes, 100)), bytes.size());
  }
}

}  // namespace
}  // namespace afterpatch::records::event_export

#include "detect/scripts/page_text.h"

#include <algorithm>
#include <array>

#include "base/digits.h"

namespace afterpatch::detect::scripts {
namespace {

// IBM037 to ASCII for the characters that source code is made of; all else is 0x80. From the code page's
// registration at IBM (CCSID 37).
constexpr std::array<char, 256> make_ibm037() {
  std::array<char, 256> table{};
  for (char& c : table) c = '\x80';
  constexpr auto put = [](std::array<char, 256>& to, int from, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) to[static_cast<std::size_t>(from) + i] = text[i];
  };
  put(table, 0x05, "\t");
  put(table, 0x0d, "\r");
  put(table, 0x15, "\n");
  put(table, 0x25, "\n");
  put(table, 0x40, " ");
  put(table, 0x4b, ".<(+|&");
  put(table, 0x5a, "!$*);");
  put(table, 0x60, "-/");
  put(table, 0x6b, ",%_>?");
  put(table, 0x79, "`:#@'=\"");
  put(table, 0x81, "abcdefghi");
  put(table, 0x91, "jklmnopqr");
  put(table, 0xa1, "~stuvwxyz");
  put(table, 0xb0, "^");
  put(table, 0xba, "[]");
  put(table, 0xc0, "{ABCDEFGHI");
  put(table, 0xd0, "}JKLMNOPQR");
  put(table, 0xe0, "\\");
  put(table, 0xe2, "STUVWXYZ");
  put(table, 0xf0, "0123456789");
  return table;
}
constexpr std::array<char, 256> kIbm037 = make_ibm037();

enum class Encoding { bytes, utf16_little, utf16_big, ebcdic, utf7 };

// UTF-16 without a mark: every other byte of a program's first characters is zero.
bool alternates(std::string_view head, std::size_t zero_at) {
  std::size_t zeros = 0;
  std::size_t pairs = 0;
  for (std::size_t at = 0; at + 1 < head.size(); at += 2, ++pairs) {
    if (head[at + zero_at] == 0 && head[at + 1 - zero_at] != 0) ++zeros;
  }
  return pairs >= 4 && zeros * 10 >= pairs * 9;
}

Encoding encoding_of(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe")) return Encoding::utf16_little;
  if (bytes.starts_with("\xfe\xff")) return Encoding::utf16_big;
  const std::string_view head = bytes.substr(0, 256);
  if (head.find('\0') != std::string_view::npos) {
    if (alternates(head, 1)) return Encoding::utf16_little;
    if (alternates(head, 0)) return Encoding::utf16_big;
  }
  // "<?xml", "<%" or "<jsp:" in EBCDIC.
  for (const std::string_view start : {"\x4c\x6f\xa7\x94\x93", "\x4c\x6c", "\x4c\x91\xa2\x97\x7a"}) {
    if (head.starts_with(start)) return Encoding::ebcdic;
  }
  const auto page = head.find("65000");
  if (page != std::string_view::npos && head.substr(0, page).find("<%@") != std::string_view::npos)
    return Encoding::utf7;
  return Encoding::bytes;
}

}  // namespace

PageText::PageText(std::string_view bytes) {
  switch (encoding_of(bytes)) {
    case Encoding::utf16_little:
      decode_utf16(bytes, false);
      return;
    case Encoding::utf16_big:
      decode_utf16(bytes, true);
      return;
    case Encoding::ebcdic:
      copy_.resize(bytes.size());
      std::transform(bytes.begin(), bytes.end(), copy_.begin(),
                     [](char c) { return kIbm037[static_cast<unsigned char>(c)]; });
      text_ = copy_;
      return;
    case Encoding::utf7:
      decode_utf7(bytes);
      return;
    case Encoding::bytes:
      start_ = bytes.starts_with("\xef\xbb\xbf") ? 3 : 0;
      text_ = bytes.substr(start_);
  }
}

// "+AGE-" is UTF-16 in base64.
void PageText::decode_utf7(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes[at] != '+') {
      copy_.push_back(bytes[at++]);
      continue;
    }
    unsigned bits = 0;
    unsigned have = 0;
    for (++at; at < bytes.size() && base64_digit(bytes[at]) >= 0; ++at) {
      bits = (bits << 6U) | static_cast<unsigned>(base64_digit(bytes[at]));
      have += 6;
      if (have < 16) continue;
      have -= 16;
      const unsigned unit = (bits >> have) & 0xffffU;
      copy_.push_back(unit < 0x80 ? static_cast<char>(unit) : '\x80');
    }
    if (at < bytes.size() && bytes[at] == '-') ++at;
  }
  text_ = copy_;
}

void PageText::decode_utf16(std::string_view bytes, bool big_endian) {
  const bool marked = bytes.starts_with(big_endian ? "\xfe\xff" : "\xff\xfe");
  start_ = marked ? 2 : 0;
  width_ = 2;
  copy_.reserve(bytes.size() / 2);
  for (std::size_t at = start_; at + 1 < bytes.size(); at += 2) {
    const char high = bytes[big_endian ? at : at + 1];
    const char low = bytes[big_endian ? at + 1 : at];
    copy_.push_back(high == 0 ? low : '\x80');
  }
  text_ = copy_;
}

}  // namespace afterpatch::detect::scripts

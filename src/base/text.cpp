#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace afterpatch {
namespace {

// Windows-1252 differs from Latin-1 only in 0x80..0x9F (Unicode's mapping table CP1252.TXT); 0 = undefined
// there.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// How often a byte stands in code and markup, roughly: the letters of English in their order, blanks and what
// tags are made of.
constexpr std::array<std::uint8_t, 256> kFrequencies = [] {
  std::array<std::uint8_t, 256> table{};
  constexpr std::string_view kRising = "zqxjkvbwygpmfhcdulsnroaite";
  for (std::size_t i = 0; i < kRising.size(); ++i) {
    table[static_cast<unsigned char>(kRising[i])] = static_cast<std::uint8_t>(i + 10);
    table[static_cast<unsigned char>(kRising[i] - 'a' + 'A')] = static_cast<std::uint8_t>(i + 10);
  }
  for (const char c : std::string_view(" \t\n\0", 4)) table[static_cast<unsigned char>(c)] = 40;
  for (const char c : std::string_view("<>=\"'-_/*.;()$")) table[static_cast<unsigned char>(c)] = 30;
  return table;
}();

// Finds a letter of either case; each byte of the text is looked at once for each.
class NextOfEither {
 public:
  NextOfEither(std::string_view text, char lower)
      : text_(text),
        lower_(lower),
        upper_(lower >= 'a' && lower <= 'z' ? static_cast<char>(lower - 32) : lower) {}

  // REQUIRES: never less than in the call before.
  std::size_t from(std::size_t at) {
    next_lower_ = next(lower_, next_lower_, at);
    if (upper_ == lower_) return next_lower_;
    next_upper_ = next(upper_, next_upper_, at);
    return std::min(next_lower_, next_upper_);
  }

 private:
  std::size_t next(char c, std::size_t known, std::size_t at) const {
    if (known != kUnknown && known >= at) return known;
    return std::min(text_.find(c, at), text_.size());
  }

  static constexpr std::size_t kUnknown = std::string_view::npos;
  std::string_view text_;
  char lower_;
  char upper_;
  std::size_t next_lower_ = kUnknown;
  std::size_t next_upper_ = kUnknown;
};

bool is_continuation(unsigned char c) {
  return (c & 0xC0U) == 0x80U;
}

// Length of the well-formed UTF-8 sequence at the front of `bytes`, or 0 (Unicode 15, table 3-7).
std::size_t utf8_sequence(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(at(i))) return 0;
  }
  if (first == 0xE0 && at(1) < 0xA0) return 0;
  if (first == 0xED && at(1) > 0x9F) return 0;
  if (first == 0xF0 && at(1) < 0x90) return 0;
  if (first == 0xF4 && at(1) > 0x8F) return 0;
  return length;
}

char32_t from_windows_1252(unsigned char c) {
  if (c < 0x80 || c > 0x9F) return c;
  const char16_t mapped = kWindows1252[c - 0x80U];
  return mapped == 0 ? 0xFFFD : mapped;
}

template <bool kLittle>
std::string utf16_to_utf8(std::string_view bytes) {
  const auto unit = [&](std::size_t i) -> char32_t {
    const auto low = static_cast<unsigned char>(bytes[kLittle ? i : i + 1]);
    const auto high = static_cast<unsigned char>(bytes[kLittle ? i + 1 : i]);
    return static_cast<char32_t>(low | (high << 8U));
  };
  std::string out;
  out.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xD800 && c <= 0xDBFF && i + 3 < bytes.size()) {
      const char32_t low = unit(i + 2);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
        i += 2;
      }
    }
    append_utf8(out, c);
  }
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower_ascii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower_ascii(c);
  return lower;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return to_lower_ascii(x) == to_lower_ascii(y);
         });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         equals_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

// By the byte of `part` that texts have least of, which is found many bytes at a time.
bool contains_ignoring_case(std::string_view text, std::string_view part) {
  if (part.empty()) return true;
  const auto rarest = std::min_element(part.begin(), part.end(), [](char a, char b) {
    return kFrequencies[static_cast<unsigned char>(a)] < kFrequencies[static_cast<unsigned char>(b)];
  });
  const auto before = static_cast<std::size_t>(rarest - part.begin());
  const std::size_t behind = part.size() - before;
  NextOfEither next(text, to_lower_ascii(*rarest));
  for (std::size_t at = before; at + behind <= text.size(); ++at) {
    at = next.from(at);
    if (at + behind > text.size()) break;
    if (equals_ignoring_case(text.substr(at - before, part.size()), part)) return true;
  }
  return false;
}

std::size_t HashIgnoringCase::operator()(std::string_view text) const {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, 64 bit
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(to_lower_ascii(c))) * 1099511628211ULL;
  return hash;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = utf8_sequence(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_sequence(bytes);
    if (length == 0) {
      append_utf8(out, from_windows_1252(static_cast<unsigned char>(bytes[0])));
    } else {
      out.append(bytes.substr(0, length));
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string utf16le_to_utf8(std::string_view bytes) {
  return utf16_to_utf8<true>(bytes);
}
std::string utf16be_to_utf8(std::string_view bytes) {
  return utf16_to_utf8<false>(bytes);
}

void append_utf8(std::string& out, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
  const auto push = [&](char32_t byte) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
  };
  if (c < 0x80) return push(c);
  if (c < 0x800) return push(0xC0U | (c >> 6U)), push(0x80U | (c & 0x3FU));
  if (c < 0x10000)
    return push(0xE0U | (c >> 12U)), push(0x80U | ((c >> 6U) & 0x3FU)), push(0x80U | (c & 0x3FU));
  push(0xF0U | (c >> 18U)), push(0x80U | ((c >> 12U) & 0x3FU)), push(0x80U | ((c >> 6U) & 0x3FU)),
      push(0x80U | (c & 0x3FU));
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low < 0) {
      out.push_back(text[i]);
    } else {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

}  // namespace afterpatch

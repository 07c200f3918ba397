#include "records/access_token.h"

#include <algorithm>

#include "base/digits.h"
#include "base/text.h"

namespace afterpatch::records {
namespace {

constexpr std::string_view kName = "x-rps-cat=";
constexpr std::size_t kMaxTokenBytes = std::size_t{16} << 10U;

// The characters of the value, with %2B, %2F and %3D as what they stand for.
std::string value_in(std::string_view query) {
  const std::string lower = to_lower_ascii(query);
  const std::size_t at = lower.find(kName);
  std::string value;
  if (at == std::string::npos) return value;
  query = query.substr(at + kName.size(), kMaxTokenBytes);
  for (std::size_t i = 0; i < query.size(); ++i) {
    char c = query[i];
    if (c == '%' && i + 2 < query.size() && is_hex_digit(query[i + 1]) && is_hex_digit(query[i + 2])) {
      c = static_cast<char>((hex_digit(query[i + 1]) << 4) | hex_digit(query[i + 2]));
      i += 2;
    }
    if (base64_digit(c) < 0) break;
    value.push_back(c);
  }
  return value;
}

std::string from_base64(std::string_view text) {
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = (bits << 6U) | static_cast<unsigned>(base64_digit(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU));
  }
  return bytes;
}

class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  bool take(std::string_view expected) {
    if (!bytes_.starts_with(expected)) return false;
    bytes_.remove_prefix(expected.size());
    return true;
  }
  std::optional<char> letter() {
    if (bytes_.empty()) return std::nullopt;
    const char first = bytes_.front();
    bytes_.remove_prefix(1);
    return first;
  }
  std::optional<std::string> text() {
    std::size_t length = 0;
    for (unsigned shift = 0; shift <= 14; shift += 7) {
      const auto part = letter();
      if (!part) return std::nullopt;
      length |= static_cast<std::size_t>(static_cast<unsigned char>(*part) & 0x7FU) << shift;
      if ((static_cast<unsigned char>(*part) & 0x80U) != 0) continue;
      if (length > bytes_.size()) return std::nullopt;
      std::string text(bytes_.substr(0, length));
      bytes_.remove_prefix(length);
      return text;
    }
    return std::nullopt;
  }

 private:
  std::string_view bytes_;
};

// Into which part of the token a field goes; null for those that are of no use here.
std::string* part_of(AccessToken& token, char letter) {
  if (letter == 'T') return &token.type;
  if (letter == 'L') return &token.logon_name;
  return letter == 'U' ? &token.sid : nullptr;
}

}  // namespace

std::optional<AccessToken> access_token_in(std::string_view query) {
  const std::string bytes = from_base64(value_in(query));
  Fields fields(bytes);
  if (!fields.take(std::string_view("V\x01\x00", 3))) return std::nullopt;
  AccessToken token;
  while (const auto letter = fields.letter()) {
    if (*letter == 'C') {
      if (fields.letter().value_or('\x01') != '\0') return std::nullopt;
      continue;
    }
    if (*letter != 'T' && *letter != 'A' && *letter != 'L' && *letter != 'U') break;
    auto text = fields.text();
    if (!text) break;
    if (std::string* part = part_of(token, *letter)) *part = std::move(*text);
  }
  if (token.logon_name.empty() && token.sid.empty()) return std::nullopt;
  return token;
}

}  // namespace afterpatch::records

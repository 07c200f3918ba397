#include "range/evtx_value.h"

#include <array>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace afterpatch::range {
namespace {

constexpr char32_t kReplacement = 0xfffd;

// Decodes one code point and moves `text` past it.
char32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const std::string_view bytes = text.substr(0, length);
  if (bytes.size() < length || !is_utf8(bytes)) {
    text.remove_prefix(1);
    return kReplacement;
  }
  static constexpr std::array<unsigned, 5> kMasks = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t code_point = lead & kMasks[length];
  for (const char c : bytes.substr(1))
    code_point = (code_point << 6U) | (static_cast<unsigned char>(c) & 0x3fU);
  text.remove_prefix(length);
  return code_point;
}

void append_code_point(std::string& out, char32_t code_point) {
  if (code_point < 0x10000) return append_little_endian(out, static_cast<std::uint16_t>(code_point));
  const char32_t rest = code_point - 0x10000;
  append_little_endian(out, static_cast<std::uint16_t>(0xd800U + (rest >> 10U)));
  append_little_endian(out, static_cast<std::uint16_t>(0xdc00U + (rest & 0x3ffU)));
}

template <std::unsigned_integral Number>
bool append_number(std::string& out, std::string_view text, int base = 10) {
  if (base == 16) {
    if (!text.starts_with("0x")) return false;
    text.remove_prefix(2);
  }
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  append_little_endian(out, value);
  return true;
}

bool append_signed(std::string& out, std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  append_little_endian(out, static_cast<std::uint32_t>(value));
  return true;
}

bool append_bytes(std::string& out, std::string_view digits) {
  if (digits.size() % 2 != 0) return false;
  for (; !digits.empty(); digits.remove_prefix(2)) {
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
    if (error != std::errc() || end != digits.data() + 2) return false;
    out.push_back(static_cast<char>(byte));
  }
  return true;
}

// Revision, count, authority (6 bytes, big endian), sub-authorities ([MS-DTYP] 2.4.2.2).
bool append_sid(std::string& out, std::string_view text) {
  const auto parts = split(text, '-');
  if (parts.size() < 3 || parts.size() > 18 || parts[0] != "S" || parts[1] != "1") return false;
  out.push_back(1);
  out.push_back(static_cast<char>(parts.size() - 3));
  out.append(4, '\0');
  std::string authority;
  if (!append_number<std::uint16_t>(authority, parts[2])) return false;
  out.append(authority.rbegin(), authority.rend());
  for (std::size_t i = 3; i < parts.size(); ++i) {
    if (!append_number<std::uint32_t>(out, parts[i])) return false;
  }
  return true;
}

bool append_boolean(std::string& out, std::string_view text) {
  append_little_endian(out, std::uint32_t{text == "true"});
  return text == "true" || text == "false";
}

bool append_filetime(std::string& out, std::string_view text) {
  const auto time = parse_time(text);
  if (time) append_little_endian(out, to_filetime(*time));
  return time.has_value();
}

}  // namespace

std::uint64_t to_filetime(Timestamp time) {
  constexpr std::int64_t kUnixEpoch = 11'644'473'600;  // seconds from 1601 to 1970
  return static_cast<std::uint64_t>(time.time_since_epoch().count() + kUnixEpoch * 1'000'000) * 10;
}

void append_utf16(std::string& out, std::string_view utf8) {
  while (!utf8.empty()) {
    if (static_cast<unsigned char>(utf8.front()) < 0x80) {
      out.push_back(utf8.front());
      out.push_back('\0');
      utf8.remove_prefix(1);
    } else {
      append_code_point(out, take_code_point(utf8));
    }
  }
}

bool append_guid(std::string& out, std::string_view text) {
  if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
  const auto parts = split(text, '-');
  if (text.size() != 36 || parts.size() != 5) return false;
  return parts[0].size() == 8 && parts[1].size() == 4 && parts[2].size() == 4 &&
         append_number<std::uint32_t>(out, "0x" + std::string(parts[0]), 16) &&
         append_number<std::uint16_t>(out, "0x" + std::string(parts[1]), 16) &&
         append_number<std::uint16_t>(out, "0x" + std::string(parts[2]), 16) && append_bytes(out, parts[3]) &&
         append_bytes(out, parts[4]);
}

bool append_value(std::string& out, EvtxType type, std::string_view text) {
  switch (type) {
    case EvtxType::text:
      append_utf16(out, text);
      out.append(2, '\0');
      return true;
    case EvtxType::uint8:
      return append_number<std::uint8_t>(out, text);
    case EvtxType::uint16:
      return append_number<std::uint16_t>(out, text);
    case EvtxType::int32:
      return append_signed(out, text);
    case EvtxType::uint32:
      return append_number<std::uint32_t>(out, text);
    case EvtxType::uint64:
      return append_number<std::uint64_t>(out, text);
    case EvtxType::boolean:
      return append_boolean(out, text);
    case EvtxType::binary:
      return append_bytes(out, text);
    case EvtxType::guid:
      return append_guid(out, text);
    case EvtxType::filetime:
      return append_filetime(out, text);
    case EvtxType::sid:
      return append_sid(out, text);
    case EvtxType::hex32:
      return append_number<std::uint32_t>(out, text, 16);
    case EvtxType::hex64:
      return append_number<std::uint64_t>(out, text, 16);
    case EvtxType::null:
    case EvtxType::binary_xml:
    case EvtxType::text_array:
      break;
  }
  return false;
}

}  // namespace afterpatch::range

#include "records/evtx/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "records/evtx/bytes.h"
#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {
namespace {

template <typename Number>
void append_decimal(Number number, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_hex_number(std::uint64_t number, std::string& out) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append("0x").append(digits.data(), end);
}

// With leading zeros up to `width` digits.
void append_padded(std::uint64_t number, std::size_t width, std::string& out) {
  std::array<char, 20> digits;
  std::size_t at = digits.size();
  for (; number > 0 || digits.size() - at < width; number /= 10)
    digits[--at] = static_cast<char>('0' + number % 10);
  out.append(digits.data() + at, digits.size() - at);
}

void append_hex_digits(std::string_view bytes, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
}

void append_reversed_hex_digits(std::string_view bytes, std::string& out) {
  for (std::size_t i = bytes.size(); i > 0; --i) append_hex_digits(bytes.substr(i - 1, 1), out);
}

// [MS-DTYP] 2.3.4.2; the first three parts are little-endian numbers.
void append_guid(std::string_view bytes, std::string& out) {
  out += '{';
  append_reversed_hex_digits(bytes.substr(0, 4), out);
  out += '-';
  append_reversed_hex_digits(bytes.substr(4, 2), out);
  out += '-';
  append_reversed_hex_digits(bytes.substr(6, 2), out);
  out += '-';
  append_hex_digits(bytes.substr(8, 2), out);
  out += '-';
  append_hex_digits(bytes.substr(10, 6), out);
  out += '}';
}

// [MS-DTYP] 2.4.2: revision, count of sub-authorities, 48-bit authority (big-endian), sub-authorities.
bool append_sid(std::string_view bytes, std::string& out) {
  if (bytes.size() < 8) return false;
  const auto count = load<std::uint8_t>(bytes, 1);
  if (!holds(bytes, 8, std::size_t{4} * count)) return false;
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < 8; ++i) authority = authority << 8U | load<std::uint8_t>(bytes, i);
  out += "S-";
  append_decimal(static_cast<unsigned>(load<std::uint8_t>(bytes, 0)), out);
  out += '-';
  append_decimal(authority, out);
  for (std::size_t i = 0; i < count; ++i) {
    out += '-';
    append_decimal(load<std::uint32_t>(bytes, 8 + 4 * i), out);
  }
  return true;
}

struct Moment {
  int year = 1601;
  unsigned month = 1;
  unsigned day = 1;
  std::uint64_t hour = 0;
  std::uint64_t minute = 0;
  std::uint64_t second = 0;
};

void append_moment(const Moment& moment, std::string& out) {
  append_padded(static_cast<std::uint64_t>(moment.year), 4, out);
  out += '-';
  append_padded(moment.month, 2, out);
  out += '-';
  append_padded(moment.day, 2, out);
  out += 'T';
  append_padded(moment.hour, 2, out);
  out += ':';
  append_padded(moment.minute, 2, out);
  out += ':';
  append_padded(moment.second, 2, out);
  out += '.';
}

// 100 ns since 1601-01-01T00:00:00Z. From 2^63 on it is no time (FileTimeToSystemTime refuses it), and its
// year would not fit std::chrono::year.
void append_filetime(std::uint64_t ticks, std::string& out) {
  if (ticks >> 63U != 0) return append_hex_number(ticks, out);
  using std::chrono::days;
  constexpr std::uint64_t kTicksOfDay = 864'000'000'000;
  constexpr days kEpoch = std::chrono::sys_days(std::chrono::year(1601) / 1 / 1).time_since_epoch();
  const std::chrono::year_month_day date{
      std::chrono::sys_days(kEpoch + days(static_cast<int>(ticks / kTicksOfDay)))};
  const std::uint64_t seconds = ticks % kTicksOfDay / 10'000'000;
  append_moment({static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), seconds / 3600, seconds / 60 % 60, seconds % 60},
                out);
  append_padded(ticks % 10'000'000, 7, out);
  out += 'Z';
}

// [MS-DTYP] 2.3.13: year, month, day of week, day, hour, minute, second, milliseconds.
void append_systemtime(std::string_view bytes, std::string& out) {
  const auto part = [&](std::size_t at) { return load<std::uint16_t>(bytes, at); };
  append_moment({part(0), part(2), part(6), part(8), part(10), part(12)}, out);
  append_padded(part(14), 3, out);
  out += 'Z';
}

// As Windows prints reals: six significant digits are not enough for doubles, so the shortest form.
template <typename Real>
void append_real(std::string_view bytes, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}", load<Real>(bytes, 0));
}

template <typename Number>
void append_number(std::string_view bytes, std::string& out) {
  append_decimal(load<Number>(bytes, 0), out);
}

template <typename Number>
void append_hex(std::string_view bytes, std::string& out) {
  append_hex_number(load<Number>(bytes, 0), out);
}

// Bytes of one item of a type, or of the shortest value; 0 for those of any length.
std::size_t width_of(ValueType type) {
  switch (type) {
    case ValueType::int8:
    case ValueType::uint8:
      return 1;
    case ValueType::int16:
    case ValueType::uint16:
      return 2;
    case ValueType::int32:
    case ValueType::uint32:
    case ValueType::float32:
    case ValueType::hex32:
    case ValueType::boolean:
      return 4;
    case ValueType::int64:
    case ValueType::uint64:
    case ValueType::float64:
    case ValueType::filetime:
    case ValueType::hex64:
      return 8;
    case ValueType::guid:
    case ValueType::systemtime:
      return 16;
    default:
      return 0;
  }
}

// Booleans are 4 bytes by the specification; others exist.
void append_boolean(std::string_view bytes, std::string& out) {
  out += bytes.find_first_not_of('\0') == std::string_view::npos ? "false" : "true";
}

void append_ansi(std::string_view bytes, std::string& out) {
  out += to_utf8(bytes.substr(0, bytes.find('\0')));
}

bool append_sized(ValueType type, std::string_view bytes, std::string& out) {
  switch (type) {
    case ValueType::int8:
      append_decimal(static_cast<int>(load<std::int8_t>(bytes, 0)), out);
      return true;
    case ValueType::uint8:
      append_decimal(static_cast<int>(load<std::uint8_t>(bytes, 0)), out);
      return true;
    case ValueType::int16:
      append_number<std::int16_t>(bytes, out);
      return true;
    case ValueType::uint16:
      append_number<std::uint16_t>(bytes, out);
      return true;
    case ValueType::int32:
      append_number<std::int32_t>(bytes, out);
      return true;
    case ValueType::uint32:
      append_number<std::uint32_t>(bytes, out);
      return true;
    case ValueType::int64:
      append_number<std::int64_t>(bytes, out);
      return true;
    case ValueType::uint64:
      append_number<std::uint64_t>(bytes, out);
      return true;
    case ValueType::float32:
      append_real<float>(bytes, out);
      return true;
    case ValueType::float64:
      append_real<double>(bytes, out);
      return true;
    case ValueType::hex32:
      append_hex<std::uint32_t>(bytes, out);
      return true;
    case ValueType::hex64:
      append_hex<std::uint64_t>(bytes, out);
      return true;
    case ValueType::guid:
      append_guid(bytes, out);
      return true;
    case ValueType::filetime:
      append_filetime(load<std::uint64_t>(bytes, 0), out);
      return true;
    case ValueType::systemtime:
      append_systemtime(bytes, out);
      return true;
    default:
      return false;
  }
}

void append_of_any_length(ValueType type, std::string_view bytes, std::string& out) {
  switch (type) {
    case ValueType::null:
    case ValueType::binxml:
      return;
    case ValueType::string:
    case ValueType::xml:
      return append_utf16(bytes, out);
    case ValueType::ansi_string:
      return append_ansi(bytes, out);
    case ValueType::size:
      if (bytes.size() == 4) return append_hex<std::uint32_t>(bytes, out);
      if (bytes.size() == 8) return append_hex<std::uint64_t>(bytes, out);
      break;
    case ValueType::sid:
      if (append_sid(bytes, out)) return;
      break;
    default:
      break;
  }
  append_hex_digits(bytes, out);
}

void append_scalar(ValueType type, std::string_view bytes, std::string& out) {
  if (type == ValueType::boolean) return append_boolean(bytes, out);
  const std::size_t width = width_of(type);
  if (width > 0 && bytes.size() >= width && append_sized(type, bytes.substr(0, width), out)) return;
  append_of_any_length(type, bytes, out);
}

// Items of a string array end with a NUL character each; the last one may lack it.
std::size_t string_end(std::string_view bytes, std::size_t from) {
  for (std::size_t at = from; at + 1 < bytes.size(); at += 2)
    if (bytes[at] == 0 && bytes[at + 1] == 0) return at;
  return bytes.size();
}

std::size_t count_strings(std::string_view bytes) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < bytes.size() && count < kMaxArrayItems; ++count)
    at = string_end(bytes, at) + 2;
  return std::max<std::size_t>(count, 1);
}

std::string_view string_item(std::string_view bytes, std::size_t item) {
  std::size_t at = 0;
  for (; item > 0 && at < bytes.size(); --item) at = string_end(bytes, at) + 2;
  if (at >= bytes.size()) return {};
  return bytes.substr(at, string_end(bytes, at) - at);
}

std::string_view sid_item(std::string_view bytes, std::size_t item) {
  for (;; --item) {
    if (bytes.size() < 8) return {};
    const std::size_t size = 8 + std::size_t{4} * load<std::uint8_t>(bytes, 1);
    if (size > bytes.size()) return {};
    if (item == 0) return bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
}

std::size_t count_sids(std::string_view bytes) {
  std::size_t count = 0;
  while (count < kMaxArrayItems && !sid_item(bytes, 0).empty()) {
    bytes.remove_prefix(sid_item(bytes, 0).size());
    ++count;
  }
  return std::max<std::size_t>(count, 1);
}

void append_item(ValueType type, std::string_view bytes, std::size_t item, std::string& out) {
  if (type == ValueType::string) return append_utf16(string_item(bytes, item), out);
  if (type == ValueType::sid) return append_scalar(type, sid_item(bytes, item), out);
  const std::size_t width = width_of(type);
  if (width == 0) return append_scalar(type, bytes, out);
  if (holds(bytes, item * width, width)) append_scalar(type, bytes.substr(item * width, width), out);
}

// Three quarters of all UTF-16 in logs is ASCII: four characters at a time.
std::size_t append_ascii(std::string_view utf16, std::string& out) {
  constexpr std::uint64_t kNotAscii = 0xFF80FF80FF80FF80;
  const std::size_t start = out.size();
  out.resize(start + utf16.size() / 2);
  char* to = out.data() + start;
  std::size_t at = 0;
  for (; at + 8 <= utf16.size(); at += 8) {
    const auto four = load<std::uint64_t>(utf16, at);
    const std::uint64_t has_zero = (four - 0x0001000100010001) & ~four & 0x8000800080008000;
    if ((four & kNotAscii) != 0 || has_zero != 0) break;
    for (unsigned i = 0; i < 4; ++i) *to++ = static_cast<char>(four >> (16 * i));
  }
  out.resize(start + at / 2);
  return at;
}

}  // namespace

void append_utf16(std::string_view utf16, std::string& out) {
  std::size_t at = append_ascii(utf16, out);
  for (; at + 1 < utf16.size(); at += 2) {
    const auto unit = load<std::uint16_t>(utf16, at);
    if (unit == 0) return;
    if (unit < 0x80) {
      out += static_cast<char>(unit);
      continue;
    }
    const bool is_high = unit >= 0xD800 && unit < 0xDC00;
    const std::uint16_t low = is_high && at + 3 < utf16.size() ? load<std::uint16_t>(utf16, at + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      append_utf8(out, 0x10000 + ((unit - 0xD800U) << 10U) + (low - 0xDC00U));
      at += 2;
    } else {
      append_utf8(out, unit);  // a lone surrogate becomes U+FFFD there
    }
  }
}

std::size_t count_texts(const Value& value) {
  if ((value.type & kArray) == 0) return 1;
  const auto type = static_cast<ValueType>(value.type & ~kArray);
  if (type == ValueType::string) return count_strings(value.bytes);
  if (type == ValueType::sid) return count_sids(value.bytes);
  const std::size_t width = width_of(type);
  return width == 0 ? 1 : std::clamp<std::size_t>(value.bytes.size() / width, 1, kMaxArrayItems);
}

void append_text(const Value& value, std::size_t item, std::string& out) {
  const auto type = static_cast<ValueType>(value.type & ~kArray);
  if ((value.type & kArray) != 0) return append_item(type, value.bytes, item, out);
  append_scalar(type, value.bytes, out);
}

std::string to_text(const Value& value) {
  std::string text;
  append_text(value, 0, text);
  return text;
}

std::uint64_t to_number(const Value& value) {
  const auto type = static_cast<ValueType>(value.type);
  std::size_t width = width_of(type);
  if (type == ValueType::size) width = value.bytes.size() >= 8 ? 8 : 4;
  if (width == 0 || width > 8 || value.bytes.size() < width) return 0;
  std::uint64_t number = 0;
  std::memcpy(&number, value.bytes.data(), width);
  return number;
}

}  // namespace afterpatch::records::evtx

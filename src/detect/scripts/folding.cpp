#include "detect/scripts/folding.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <zlib.h>

#include "base/digits.h"
#include "base/text.h"
#include "detect/scripts/name_filter.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;
constexpr auto npos = std::string_view::npos;
using Arguments = std::span<const Value>;
using Folded = std::optional<std::string>;

// The alphabet for addresses (RFC 4648, section 5) is read as well.
int any_base64_digit(char c) {
  return c == '-' ? 62 : c == '_' ? 63 : base64_digit(c);
}

Folded from_base64(Arguments arguments) {
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (const char c : arguments[0].text) {
    const int digit = any_base64_digit(c);
    if (digit < 0) continue;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    if ((have += 6) >= 8) {
      have -= 8;
      out.push_back(static_cast<char>((bits >> static_cast<unsigned>(have)) & 0xffU));
    }
  }
  return out;
}

Folded from_hex(std::string_view text) {
  std::string out;
  int high = -1;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<char>(high * 16 + digit));
      high = -1;
    }
  }
  return out;
}

Folded inflate_with(std::string_view text, int window_bits) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return std::nullopt;
  std::string out(std::min(kMaxFoldedBytes, text.size() * 32 + 1024), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  if (out.empty()) return std::nullopt;
  return out;
}

Folded inflate_any(std::string_view text) {
  for (const int window_bits : {-15, 15 + 32}) {
    if (auto out = inflate_with(text, window_bits)) return out;
  }
  return std::nullopt;
}

std::string rot13(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
    if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + (c - 'A' + 13) % 26);
  }
  return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to, bool ignore_case) {
  std::string out;
  if (from.empty()) return std::string(text);
  const std::string folded = ignore_case ? to_lower_ascii(text) : std::string();
  const std::string wanted = ignore_case ? to_lower_ascii(from) : std::string(from);
  const std::string_view where = ignore_case ? std::string_view(folded) : text;
  std::size_t at = 0;
  for (auto hit = where.find(wanted); hit != npos && out.size() < kMaxFoldedBytes;
       hit = where.find(wanted, at)) {
    out.append(text.substr(at, hit - at)).append(to);
    at = hit + from.size();
  }
  return out.append(text.substr(at));
}

std::vector<std::string_view> items(const Value& value) {
  if (!value.has(kList)) return {value.text};
  std::vector<std::string_view> out;
  std::string_view rest = value.text;
  while (!rest.empty()) {
    const auto end = rest.find(kListEnd);
    std::string_view item = rest.substr(0, end);
    if (const auto key = item.find(kKeyEnd); key != npos) item.remove_prefix(key + 1);
    out.push_back(item);
    rest = end == npos ? std::string_view() : rest.substr(end + 1);
  }
  return out;
}

// str_replace(search, replacement, subject), with lists for the first two.
Folded php_replace(Arguments a, bool ignore_case) {
  if (a.size() < 3) return std::nullopt;
  const auto from = items(a[0]);
  const auto to = items(a[1]);
  std::string out(a[2].text);
  for (std::size_t i = 0; i < from.size() && i < 256; ++i) {
    const std::string_view with = a[1].has(kList) ? (i < to.size() ? to[i] : std::string_view()) : to[0];
    out = replace_all(out, from[i], with, ignore_case);
  }
  return out;
}

Folded substring(std::string_view text, long long start, std::optional<long long> length) {
  const auto size = static_cast<long long>(text.size());
  if (start < 0) start = std::max(0LL, size + start);
  if (start > size) return std::string();
  long long end = size;
  if (length) end = *length < 0 ? size + *length : std::min(size, start + std::min(*length, size));
  return end <= start ? std::string()
                      : std::string(text.substr(static_cast<std::size_t>(start),
                                                static_cast<std::size_t>(end - start)));
}

std::optional<long long> number_of(Arguments a, std::size_t i) {
  return i < a.size() ? to_number(a[i].text) : std::nullopt;
}

Folded characters(Arguments a) {
  std::string out;
  for (const Value& value : a) {
    for (const std::string_view item : items(value)) {
      const auto code = to_number(item);
      if (!code) return std::nullopt;
      out.push_back(static_cast<char>(*code & 0xff));
    }
  }
  return out;
}

Folded join(Arguments a) {
  if (a.empty()) return std::nullopt;
  const bool list_first = a[0].has(kList);
  const Value& list = list_first || a.size() < 2 ? a[0] : a[1];
  const std::string_view glue = list_first     ? (a.size() > 1 ? a[1].text : ""sv)
                                : a.size() > 1 ? a[0].text
                                               : ""sv;
  std::string out;
  for (const std::string_view item : items(list)) {
    if (out.size() > kMaxFoldedBytes) return std::nullopt;
    if (!out.empty()) out.append(glue);
    out.append(item);
  }
  return out;
}

Folded split_text(std::string_view text, std::string_view separator) {
  std::string out;
  if (separator.empty()) {
    for (const char c : text.substr(0, 65536)) (out += c) += kListEnd;
    return out;
  }
  std::size_t at = 0;
  for (auto hit = text.find(separator); hit != npos; hit = text.find(separator, at)) {
    out.append(text.substr(at, hit - at)).push_back(kListEnd);
    at = hit + separator.size();
  }
  out.append(text.substr(at)).push_back(kListEnd);
  return out;
}

Folded translate(Arguments a) {
  if (a.size() < 3) return std::nullopt;
  std::string out(a[0].text);
  for (char& c : out) {
    const auto at = a[1].text.find(c);
    if (at != npos && at < a[2].text.size()) c = a[2].text[at];
  }
  return out;
}

Folded repeat(Arguments a) {
  const auto count = number_of(a, 1);
  if (!count || *count < 0 || static_cast<std::size_t>(*count) * a[0].text.size() > 65536)
    return std::nullopt;
  std::string out;
  for (long long i = 0; i < *count; ++i) out.append(a[0].text);
  return out;
}

// pack("H*", hex), pack("C*", ...).
Folded pack(Arguments a) {
  if (a.size() < 2) return std::nullopt;
  if (a[0].text.starts_with('H')) return from_hex(a[1].text);
  return a[0].text.starts_with('C') || a[0].text.starts_with('c') ? characters(a.subspan(1)) : std::nullopt;
}

Folded uudecode(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const std::size_t length = static_cast<std::size_t>(line[0] - 32) & 63U;
    std::string decoded;
    for (std::size_t i = 1; i + 3 < line.size(); i += 4) {
      unsigned bits = 0;
      for (std::size_t k = 0; k < 4; ++k)
        bits = (bits << 6U) | (static_cast<unsigned>(line[i + k] - 32) & 63U);
      for (const unsigned shift : {16U, 8U, 0U})
        decoded.push_back(static_cast<char>((bits >> shift) & 0xffU));
    }
    out += decoded.substr(0, length);
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

Folded code_of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::to_string(static_cast<unsigned char>(text[0]));
}

using Fold = Folded (*)(Arguments);
const std::unordered_map<std::string_view, Fold>& folds() {
  static const std::unordered_map<std::string_view, Fold> table = {
      {"base64_decode", from_base64},
      {"frombase64string", from_base64},
      {"decodebuffer", from_base64},
      {"parsebase64binary", from_base64},
      {"hex2bin", [](Arguments a) { return from_hex(a[0].text); }},
      {"gzinflate", [](Arguments a) { return inflate_any(a[0].text); }},
      {"gzuncompress", [](Arguments a) { return inflate_any(a[0].text); }},
      {"gzdecode", [](Arguments a) { return inflate_any(a[0].text); }},
      {"zlib_decode", [](Arguments a) { return inflate_any(a[0].text); }},
      {"str_rot13", [](Arguments a) { return Folded(rot13(a[0].text)); }},
      {"strrev", [](Arguments a) { return Folded(std::string(a[0].text.rbegin(), a[0].text.rend())); }},
      {"strreverse", [](Arguments a) { return Folded(std::string(a[0].text.rbegin(), a[0].text.rend())); }},
      {"chr", characters},
      {"chrw", characters},
      {"chrb", characters},
      {"fromcharcode", characters},
      {"ord", [](Arguments a) { return code_of(a[0].text); }},
      {"asc", [](Arguments a) { return code_of(a[0].text); }},
      {"str_replace", [](Arguments a) { return php_replace(a, false); }},
      {"str_ireplace", [](Arguments a) { return php_replace(a, true); }},
      {"replace",
       [](Arguments a) {
         return a.size() < 3 ? Folded() : Folded(replace_all(a[0].text, a[1].text, a[2].text, false));
       }},
      {"implode", join},
      {"join", join},
      {"explode", [](Arguments a) { return a.size() < 2 ? Folded() : split_text(a[1].text, a[0].text); }},
      {"split", [](Arguments a) { return a.size() < 2 ? Folded() : split_text(a[0].text, a[1].text); }},
      {"str_split", [](Arguments a) { return split_text(a[0].text, ""); }},
      {"strtr", translate},
      {"str_repeat", repeat},
      {"pack", pack},
      {"convert_uudecode", [](Arguments a) { return uudecode(a[0].text); }},
      {"urldecode", [](Arguments a) { return Folded(percent_decode(a[0].text)); }},
      {"rawurldecode", [](Arguments a) { return Folded(percent_decode(a[0].text)); }},
      {"unescape", [](Arguments a) { return Folded(percent_decode(a[0].text)); }},
      {"decodeuricomponent", [](Arguments a) { return Folded(percent_decode(a[0].text)); }},
      {"stripslashes", [](Arguments a) { return Folded(replace_all(a[0].text, "\\", "", false)); }},
      {"trim", [](Arguments a) { return Folded(std::string(afterpatch::trim(a[0].text))); }},
      {"strtolower", [](Arguments a) { return Folded(to_lower_ascii(a[0].text)); }},
      {"tolower", [](Arguments a) { return Folded(to_lower_ascii(a[0].text)); }},
      {"lcase", [](Arguments a) { return Folded(to_lower_ascii(a[0].text)); }},
      {"strtoupper", [](Arguments a) { return Folded(upper(a[0].text)); }},
      {"ucfirst", [](Arguments a) { return Folded(std::string(a[0].text)); }},
      {"substr",
       [](Arguments a) {
         const auto start = number_of(a, 1);
         return start ? substring(a[0].text, *start, number_of(a, 2)) : Folded();
       }},
      {"mid",
       [](Arguments a) {
         const auto start = number_of(a, 1);
         return start ? substring(a[0].text, *start - 1, number_of(a, 2)) : Folded();
       }},
      {"left",
       [](Arguments a) {
         const auto n = number_of(a, 1);
         return n ? substring(a[0].text, 0, n) : Folded();
       }},
      {"right",
       [](Arguments a) {
         const auto n = number_of(a, 1);
         return n ? substring(a[0].text, -*n, std::nullopt) : Folded();
       }},
      {"array", join},
  };
  return table;
}

const NameFilter& names_of_folds() {
  static const NameFilter names = filter_of(folds());
  return names;
}

const std::unordered_set<std::string_view>& decoders() {
  static const std::unordered_set<std::string_view> table = {"base64_decode",
                                                             "frombase64string",
                                                             "decodebuffer",
                                                             "parsebase64binary",
                                                             "hex2bin",
                                                             "gzinflate",
                                                             "gzuncompress",
                                                             "gzdecode",
                                                             "zlib_decode",
                                                             "str_rot13",
                                                             "convert_uudecode",
                                                             "mcrypt_decrypt",
                                                             "openssl_decrypt",
                                                             "unescape",
                                                             "rawurldecode",
                                                             "urldecode",
                                                             "bzdecompress",
                                                             "dofinal",
                                                             "transformfinalblock",
                                                             "unserialize",
                                                             "decompress",
                                                             "fromcharcode",
                                                             "pack",
                                                             "strrev"};
  return table;
}

}  // namespace

std::optional<std::string> fold_call(std::string_view name, std::span<const Value> arguments) {
  if (arguments.empty() || name == "array") return std::nullopt;
  if (!names_of_folds().may_hold(name)) return std::nullopt;
  const auto found = folds().find(name);
  if (found == folds().end()) return std::nullopt;
  auto folded = found->second(arguments);
  if (folded && folded->size() > kMaxFoldedBytes) return std::nullopt;
  return folded;
}

bool builds_text(std::string_view name) {
  return (names_of_folds().may_hold(name) && folds().contains(name)) || decodes(name);
}
bool gives_list(std::string_view name) {
  return name == "explode" || name == "split" || name == "str_split" || name == "array_reverse" ||
         name == "array_merge" || name == "array_diff" || name == "array_keys" || name == "array_values" ||
         name == "range";
}
bool decodes(std::string_view name) {
  static const NameFilter names = filter_of(decoders());
  return names.may_hold(name) && decoders().contains(name);
}

std::string fold_bits(std::string_view a, std::string_view b, char operation) {
  std::string out(operation == '|' ? std::max(a.size(), b.size()) : std::min(a.size(), b.size()), '\0');
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto x = static_cast<unsigned char>(i < a.size() ? a[i] : 0);
    const auto y = static_cast<unsigned char>(i < b.size() ? b[i] : 0);
    out[i] = static_cast<char>(operation == '^' ? x ^ y : operation == '|' ? x | y : x & y);
  }
  return out;
}

std::optional<long long> to_number(std::string_view text) {
  bool negative = false;
  if (text.starts_with('-')) {
    negative = true;
    text.remove_prefix(1);
  }
  unsigned base = 10;
  if (starts_with_ignoring_case(text, "0x") || starts_with_ignoring_case(text, "&h")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  if (text.empty() || text.size() > 15) return std::nullopt;
  long long value = 0;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) return std::nullopt;
    value = value * static_cast<long long>(base) + digit;
  }
  return negative ? -value : value;
}

std::optional<std::string_view> list_item(std::string_view list, std::string_view key) {
  long long index = 0;
  const auto wanted = to_number(key);
  while (!list.empty()) {
    const auto end = list.find(kListEnd);
    std::string_view item = list.substr(0, end);
    if (const auto mark = item.find(kKeyEnd); mark != npos) {
      if (item.substr(0, mark) == key) return item.substr(mark + 1);
    } else if (wanted && *wanted == index++) {
      return item;
    }
    if (end == npos) break;
    list.remove_prefix(end + 1);
  }
  return std::nullopt;
}

bool looks_encoded(std::string_view text) {
  if (text.size() < 80) return false;
  if (text.size() >= 400) {
    // Words, markup and statements have blanks; what nobody reads has none.
    const std::string_view start = text.substr(0, 2000);
    const auto gaps = std::count_if(start.begin(), start.end(),
                                    [](char c) { return c == ' ' || c == '<' || c == '\n' || c == '\t'; });
    if (static_cast<std::size_t>(gaps) * 100 <= start.size() * 2) return true;
  }
  const std::string_view part = text.substr(0, 512);
  std::size_t dense = 0;    // of base64, hex and escapes
  std::size_t strange = 0;  // bytes that are no text
  std::size_t blanks = 0;
  for (const char c : part) {
    dense += any_base64_digit(c) >= 0 || c == '=' || c == '%' || c == '\\';
    blanks += c == ' ' || c == '<' || c == '.' || c == ',';
    strange += static_cast<unsigned char>(c) >= 0x7f ||
               (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t');
  }
  return (dense * 100 >= part.size() * 97 && blanks * 100 <= part.size()) ||
         strange * 100 >= part.size() * 30;
}

}  // namespace afterpatch::detect::scripts

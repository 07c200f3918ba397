#include "constituency/organisation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/digits.h"
#include "base/hash.h"
#include "base/text.h"
#include "constituency/domain_name.h"

namespace afterpatch::constituency {
namespace {

constexpr std::array<std::string_view, 8> kRungs = {"register",       "sector-authority", "security-txt",
                                                    "domain",         "network",          "as",
                                                    "national-csirt", "post-and-phone"};
constexpr std::array<std::string_view, 5> kChannels = {"email", "web-form", "phone", "letter", "provider"};
constexpr std::size_t kLongestLocalPart = 64;  // RFC 5321, section 4.5.3.1.1
constexpr std::size_t kLongestId = 64;
constexpr std::size_t kLongestWebAddress = 2048;

template <typename Word, std::size_t kCount>
std::optional<Word> parse_word(const std::array<std::string_view, kCount>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Word>(found - words.begin());
}

bool is_letter(char c) {
  const char lower = to_lower_ascii(c);
  return lower >= 'a' && lower <= 'z';
}
bool is_letter_or_digit(char c) {
  return is_letter(c) || is_decimal_digit(c);
}
bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_decimal_digit);
}
char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}
std::string to_upper(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) { return to_upper(c); });
  return upper;
}

// NACE Rev. 2 (Regulation (EC) No 1893/2006): a section A to U, or two to four digits, "86", "86.1", "86.10".
bool is_nace(std::string_view code) {
  if (code.size() == 1) return code[0] >= 'A' && code[0] <= 'U';
  if (code.size() == 2) return all_digits(code);
  return (code.size() == 4 || code.size() == 5) && all_digits(code.substr(0, 2)) && code[2] == '.' &&
         all_digits(code.substr(3));
}

// NAICS 2022: two to six digits, sectors 11 to 92.
bool is_naics(std::string_view code) {
  return all_digits(code) && code.size() >= 2 && code.size() <= 6 && code >= "11" && code < "93";
}

// What may stand unquoted before the '@' (RFC 5322, section 3.2.3: dot-atom).
bool is_local_part(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~.";
  const auto allowed = [&](char c) {
    return is_letter_or_digit(c) || kMarks.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kLongestLocalPart && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, allowed);
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char c : to_lower_ascii(name)) {
    if (slug.size() >= 32) break;
    if (is_letter_or_digit(c)) {
      slug.push_back(c);
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

}  // namespace

std::string_view name_of(Rung rung) {
  return kRungs[static_cast<std::size_t>(rung)];
}
std::optional<Rung> parse_rung(std::string_view word) {
  return parse_word<Rung>(kRungs, word);
}
std::string_view name_of(Channel channel) {
  return kChannels[static_cast<std::size_t>(channel)];
}
std::optional<Channel> parse_channel(std::string_view word) {
  return parse_word<Channel>(kChannels, word);
}

std::optional<std::string> sector_code(std::string_view text) {
  const std::string code = to_upper(trim(text));
  if (code.starts_with("NACE:") && is_nace(std::string_view(code).substr(5))) return "nace:" + code.substr(5);
  if (code.starts_with("NAICS:") && is_naics(std::string_view(code).substr(6)))
    return "naics:" + code.substr(6);
  const bool is_plain_nace = is_nace(code) && !all_digits(code);
  return is_plain_nace ? std::optional("nace:" + code) : std::nullopt;
}

std::optional<std::string> country_code(std::string_view text) {
  const std::string code = to_upper(trim(text));
  return code.size() == 2 && std::ranges::all_of(code, is_letter) ? std::optional(code) : std::nullopt;
}

std::optional<std::string> language_tag(std::string_view text) {
  text = trim(text);
  const auto parts = split(text, '-');
  const bool primary =
      parts[0].size() >= 2 && parts[0].size() <= 3 && std::ranges::all_of(parts[0], is_letter);
  const auto is_subtag = [](std::string_view part) {
    return !part.empty() && part.size() <= 8 && std::ranges::all_of(part, is_letter_or_digit);
  };
  if (!primary || text.size() > 35 || !std::all_of(parts.begin() + 1, parts.end(), is_subtag))
    return std::nullopt;
  return to_lower_ascii(parts[0]) + std::string(text.substr(parts[0].size()));
}

std::optional<std::uint32_t> as_number(std::string_view text) {
  text = trim(text);
  if (starts_with_ignoring_case(text, "AS")) text.remove_prefix(2);
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = all_digits(text) && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && number != 0 ? std::optional(number) : std::nullopt;
}

std::optional<std::string> pgp_fingerprint(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != ':') digits.push_back(to_upper(c));
  }
  if (digits.starts_with("0X")) digits.erase(0, 2);
  const bool fits = digits.size() == 40 || digits.size() == 64;
  return fits && std::ranges::all_of(digits, is_hex_digit) ? std::optional(digits) : std::nullopt;
}

std::optional<std::string> mail_address(std::string_view text) {
  text = trim(text);
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || !is_local_part(text.substr(0, at))) return std::nullopt;
  const auto domain = host_name(text.substr(at + 1));
  if (!domain || text.substr(at + 1).starts_with("*.")) return std::nullopt;
  return std::string(text.substr(0, at + 1)) + *domain;
}

std::optional<std::string> phone_number(std::string_view text) {
  text = trim(text);
  const auto allowed = [](char c) {
    return is_decimal_digit(c) || std::string_view(" +-()/.").find(c) != std::string_view::npos;
  };
  const auto digits = std::ranges::count_if(text, is_decimal_digit);
  if (text.size() > 40 || digits < 3 || !std::ranges::all_of(text, allowed)) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> web_address(std::string_view text) {
  text = trim(text);
  const bool web = starts_with_ignoring_case(text, "https://") || starts_with_ignoring_case(text, "http://");
  const auto printable = [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>'; };
  if (!web || text.size() > kLongestWebAddress || !std::ranges::all_of(text, printable)) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> organisation_id(std::string_view text) {
  text = trim(text);
  const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; };
  if (text.empty() || text.size() > kLongestId || !std::ranges::all_of(text, allowed)) return std::nullopt;
  return std::string(text);
}

std::string made_id(const std::string& name, const std::string& country) {
  const std::string slug = slug_of(name);
  const std::string digest = sha256(country + "\n" + name).substr(0, 8);
  const std::string prefix = country.empty() ? std::string() : to_lower_ascii(country) + "-";
  return prefix + (slug.empty() ? digest : slug + "-" + digest);
}

}  // namespace afterpatch::constituency

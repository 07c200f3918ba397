#include "detect/scripts/source_code.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "detect/scripts/encoded_script.h"
#include "detect/scripts/markup.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;
constexpr auto npos = std::string_view::npos;

struct Piece {
  std::size_t length = 0;  // in the code
  std::string text;
};

std::optional<char32_t> number(std::string_view digits, unsigned base) {
  char32_t value = 0;
  if (digits.empty() || digits.size() > 8) return std::nullopt;
  for (const char c : digits) {
    const char low = to_lower_ascii(c);
    unsigned digit = 99;
    if (low >= '0' && low <= '9') digit = static_cast<unsigned>(low - '0');
    if (low >= 'a' && low <= 'f') digit = static_cast<unsigned>(low - 'a') + 10;
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

// "\u0065", "\uuu0065" (JLS 3.3).
std::optional<Piece> unicode_escape(std::string_view rest, Language language) {
  std::size_t at = 1;
  while (at < rest.size() && rest[at] == 'u') ++at;
  if (at == 1 || at + 4 > rest.size()) return std::nullopt;
  const auto value = number(rest.substr(at, 4), 16);
  if (!value || *value > 0x7f) return std::nullopt;
  const char c = static_cast<char>(*value);
  if (language != Language::java && !is_word(c)) return std::nullopt;
  return Piece{at + 4, std::string(1, c)};
}

std::optional<Piece> entity(std::string_view rest) {
  constexpr std::array kNamed = {std::pair{"&lt;"sv, "<"sv}, std::pair{"&gt;"sv, ">"sv},
                                 std::pair{"&amp;"sv, "&"sv}, std::pair{"&quot;"sv, "\""sv},
                                 std::pair{"&apos;"sv, "'"sv}};
  for (const auto& [name, text] : kNamed) {
    if (rest.starts_with(name)) return Piece{name.size(), std::string(text)};
  }
  if (!rest.starts_with("&#")) return std::nullopt;
  const auto end = rest.substr(0, 14).find(';');
  if (end == npos) return std::nullopt;
  const bool hex = rest[2] == 'x' || rest[2] == 'X';
  const auto value = number(rest.substr(hex ? 3 : 2, end - (hex ? 3 : 2)), hex ? 16 : 10);
  if (!value || *value > 0x7f) return std::nullopt;
  return Piece{end + 1, std::string(1, static_cast<char>(*value))};
}

std::optional<Piece> cdata(std::string_view rest) {
  if (rest.starts_with("<![CDATA[")) return Piece{9, " "};
  if (rest.starts_with("]]>")) return Piece{3, " "};
  return std::nullopt;
}

std::optional<Piece> encoded_block(std::string_view rest) {
  auto block = decode_script(rest);
  if (!block) return std::nullopt;
  return Piece{block->length, std::move(block->text)};
}

std::optional<Piece> piece_at(std::string_view rest, Language language, bool xml) {
  switch (rest.front()) {
    case '\\':
      return is_basic(language) ? std::nullopt : unicode_escape(rest, language);
    case '&':
      return xml ? entity(rest) : std::nullopt;
    case '#':
      return language == Language::java ? std::nullopt : encoded_block(rest);
    case '<':
    case ']':
      return xml ? cdata(rest) : std::nullopt;
    default:
      return std::nullopt;
  }
}

bool needs_work(std::string_view code, Language language, bool xml) {
  if (language != Language::php && code.find(kEncodedScriptMark) != npos) return true;
  if (language == Language::php || is_basic(language)) return false;
  return code.find("\\u") != npos || (xml && code.find_first_of("&]") != npos);
}

}  // namespace

SourceCode::SourceCode(std::string_view code, std::size_t at, Language language, Arena& arena, bool xml)
    : text_(code), at_(at) {
  if (!needs_work(code, language, xml) || !arena.has_room(code.size())) return;
  std::string resolved;
  resolved.reserve(code.size());
  for (std::size_t i = 0; i < code.size();) {
    if (auto piece = piece_at(code.substr(i), language, xml)) {
      for (std::size_t c = 0; c < piece->text.size(); ++c) map_.push_back(static_cast<std::uint32_t>(i));
      resolved += piece->text;
      i += piece->length;
    } else {
      map_.push_back(static_cast<std::uint32_t>(i));
      resolved.push_back(code[i++]);
    }
  }
  text_ = arena.keep(std::move(resolved));
}

}  // namespace afterpatch::detect::scripts

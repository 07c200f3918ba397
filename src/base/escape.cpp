#include "base/escape.h"

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch {
namespace {

// Well-formed UTF-8 in; the code point at the front and its length out.
std::pair<char32_t, std::size_t> front_code_point(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  if (at(0) < 0x80) return {at(0), 1};
  if (at(0) < 0xE0) return {((at(0) & 0x1FU) << 6U) | (at(1) & 0x3FU), 2};
  if (at(0) < 0xF0) return {((at(0) & 0x0FU) << 12U) | ((at(1) & 0x3FU) << 6U) | (at(2) & 0x3FU), 3};
  return {((at(0) & 7U) << 18U) | ((at(1) & 0x3FU) << 12U) | ((at(2) & 0x3FU) << 6U) | (at(3) & 0x3FU), 4};
}

// Characters that move the cursor, reorder or hide text (Unicode 15, general categories Cc, Cf, Zl, Zp).
bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

std::string visible(char32_t c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return c < 0x100 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c))
                       : fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
  }
}

// Cuts after `limit` bytes, but never inside a UTF-8 sequence.
std::string_view cut(std::string_view bytes, std::size_t limit) {
  if (bytes.size() <= limit) return bytes;
  std::size_t end = limit;
  while (end > 0 && limit - end < 4 && (static_cast<unsigned char>(bytes[end]) & 0xC0U) == 0x80U) --end;
  return bytes.substr(0, end);
}

std::string_view html_entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string escape_terminal(std::string_view bytes, std::size_t limit) {
  const std::string_view shown = cut(bytes, limit);
  const std::string text = to_utf8(shown);
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const auto [c, length] = front_code_point(rest);
    if (is_invisible(c)) {
      out += visible(c);
    } else {
      out.append(rest.substr(0, length));
    }
    rest.remove_prefix(length);
  }
  if (shown.size() < bytes.size()) out += "…";
  return out;
}

std::string escape_html(std::string_view bytes, std::size_t limit) {
  std::string out;
  for (const char c : escape_terminal(bytes, limit)) {
    const std::string_view entity = html_entity(c);
    if (entity.empty()) {
      out.push_back(c);
    } else {
      out += entity;
    }
  }
  return out;
}

std::string escape_csv(std::string_view bytes, std::size_t limit) {
  std::string text = escape_terminal(bytes, limit);
  if (!bytes.empty() && std::string_view("=+-@\t\r").find(bytes[0]) != std::string_view::npos)
    text.insert(0, 1, '\'');
  if (text.find_first_of(",\"\n ") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace afterpatch

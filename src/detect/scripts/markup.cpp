#include "detect/scripts/markup.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kMaxTagBytes = 4096;

// Characters by which the end of PHP's code, or what hides it, can begin.
constexpr std::array<bool, 256> kMatters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("'\"`?/#<")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

std::string_view value_at(std::string_view tag, std::size_t at) {
  if (at >= tag.size()) return {};
  const char quote = tag[at];
  if (quote == '"' || quote == '\'') {
    const auto end = tag.find(quote, at + 1);
    return tag.substr(at + 1, end == npos ? npos : end - at - 1);
  }
  const auto end = tag.find_first_of(" \t\r\n>%", at);
  return tag.substr(at, end == npos ? npos : end - at);
}

// Past the string that starts at `at`; '\' escapes.
std::size_t past_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      return at + 1;
    }
  }
  return text.size();
}

// Past "<<<EOT ... EOT" at `at`, or `at` + 3 if it is none.
std::size_t past_heredoc(std::string_view text, std::size_t at) {
  std::size_t name = skip_blanks(text, at + 3);
  if (name < text.size() && (text[name] == '"' || text[name] == '\'')) ++name;
  std::size_t end = name;
  while (end < text.size() && is_word(text[end])) ++end;
  if (end == name) return at + 3;
  const std::string_view label = text.substr(name, end - name);
  for (auto line = text.find('\n', end); line != npos; line = text.find('\n', line + 1)) {
    const std::size_t first = skip_blanks(text, line + 1);
    if (text.substr(first).starts_with(label)) return first + label.size();
  }
  return text.size();
}

}  // namespace

std::size_t find_ignoring_case(std::string_view text, std::string_view word, std::size_t from) {
  if (from >= text.size()) return npos;
  const auto same = [](char a, char b) { return to_lower_ascii(a) == to_lower_ascii(b); };
  const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), word.begin(),
                                 word.end(), same);
  return found == text.end() ? npos : static_cast<std::size_t>(found - text.begin());
}

std::optional<std::string_view> attribute(std::string_view tag, std::string_view name) {
  for (auto at = find_ignoring_case(tag, name, 0); at != npos; at = find_ignoring_case(tag, name, at + 1)) {
    if (at == 0 || is_word(tag[at - 1]) || tag[at - 1] == '-') continue;
    const std::size_t equals = skip_blanks(tag, at + name.size());
    if (equals < tag.size() && tag[equals] == '=') return trim(value_at(tag, skip_blanks(tag, equals + 1)));
  }
  return std::nullopt;
}

std::size_t end_of_tag(std::string_view text, std::size_t at) {
  const std::size_t limit = std::min(text.size(), at + kMaxTagBytes);
  char quote = '\0';
  for (std::size_t i = at + 1; i < limit; ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i + 1;
    }
  }
  return at + 1;
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
  return at;
}

// Slashes are rarer in comments than asterisks, which many are drawn with.
std::size_t past_block_comment(std::string_view text, std::size_t at) {
  for (auto slash = text.find('/', at + 3); slash != npos; slash = text.find('/', slash + 1)) {
    if (text[slash - 1] == '*') return slash + 1;
  }
  return text.size();
}

std::size_t end_of_php(std::string_view text, std::size_t from) {
  if (text.find("?>", from) == npos) return text.size();  // most files of an application never close it
  for (std::size_t at = from; at < text.size();) {
    while (at < text.size() && !kMatters[static_cast<unsigned char>(text[at])]) ++at;
    if (at == text.size()) break;
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (c == '?' && next == '>') return at;
    if (c == '\'' || c == '"' || c == '`') {
      at = past_string(text, at);
    } else if (c == '/' && next == '*') {
      at = past_block_comment(text, at);
    } else if ((c == '/' && next == '/') || (c == '#' && next != '[')) {
      const std::size_t end = end_of_line(text, at);
      const auto close = text.substr(0, end).find("?>", at);
      if (close != npos) return close;
      at = end;
    } else if (c == '<' && text.substr(at).starts_with("<<<")) {
      at = past_heredoc(text, at);
    } else {
      ++at;
    }
  }
  return text.size();
}

std::size_t end_of_brackets(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t at = open; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = past_string(text, at);
      continue;
    }
    if (c == '(' || c == '{') ++depth;
    if ((c == ')' || c == '}') && --depth == 0) return at + 1;
    ++at;
  }
  return text.size();
}

std::vector<std::string_view> fields_of(std::string_view text) {
  constexpr std::size_t kMaxFields = 256;
  constexpr std::size_t kMaxName = 32;
  std::vector<std::string_view> fields;
  for (auto at = text.find('='); at != npos && fields.size() < kMaxFields; at = text.find('=', at + 1)) {
    std::size_t start = at;
    while (start > 0 && at - start < kMaxName && is_word(text[start - 1])) --start;
    const char before = start > 0 ? text[start - 1] : '\0';
    if (start < at && (before == '?' || before == '&')) fields.push_back(text.substr(start, at - start));
    if (!equals_ignoring_case(text.substr(start, at - start), "name")) continue;
    const std::size_t value = text.find_first_not_of("\\\"' ", at + 1);
    std::size_t end = std::min(value, text.size());
    while (end < text.size() && end - value < kMaxName && is_word(text[end])) ++end;
    if (end > value) fields.push_back(text.substr(value, end - value));
  }
  return fields;
}

}  // namespace afterpatch::detect::scripts

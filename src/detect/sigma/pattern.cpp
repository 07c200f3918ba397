#include "detect/sigma/pattern.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "detect/sigma/code_points.h"

namespace afterpatch::detect::sigma {
namespace {

using Kind = PatternPart::Kind;

bool is_special(char c) {
  return c == '*' || c == '?';
}

void append_text(Pattern& pattern, std::string_view text) {
  if (!text.empty()) append(pattern, {Kind::text, std::string(text)});
}

// Cuts one literal into text and interchangeable dashes.
void append_with_dashes(Pattern& pattern, const std::string& literal) {
  std::vector<char32_t> characters;
  decode(literal, Case::as_is, characters);
  std::string text;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const char32_t c = characters[i];
    const bool after_word = i > 0 && is_word(characters[i - 1]);
    const bool before_word = i + 1 < characters.size() && is_word(characters[i + 1]);
    if ((c == '-' || c == '/') && !after_word && before_word) {
      append_text(pattern, std::exchange(text, {}));
      append(pattern, {Kind::any_dash, {}});
    } else if (c >= kIllFormedByte) {
      text.push_back(static_cast<char>(static_cast<unsigned char>(c - kIllFormedByte)));
    } else {
      append_utf8(text, c);
    }
  }
  append_text(pattern, text);
}

std::string escape_literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_special(c)) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

}  // namespace

bool Pattern::has_wildcard() const {
  return std::ranges::any_of(parts, [](const PatternPart& part) { return part.kind != Kind::text; });
}

bool Pattern::matches_everything() const {
  return parts.size() == 1 && parts[0].kind == Kind::any_run;
}

std::string Pattern::text() const {
  return parts.empty() ? std::string() : parts[0].text;
}

void append(Pattern& pattern, PatternPart part) {
  const bool same = !pattern.parts.empty() && pattern.parts.back().kind == part.kind;
  if (same && part.kind == Kind::text) {
    pattern.parts.back().text += part.text;
  } else if (!(same && part.kind == Kind::any_run)) {
    pattern.parts.push_back(std::move(part));
  }
}

Pattern parse_pattern(std::string_view text) {
  Pattern pattern;
  std::string literal;
  const auto end_literal = [&] { append_text(pattern, std::exchange(literal, {})); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size() && (is_special(text[i + 1]) || text[i + 1] == '\\')) {
      literal.push_back(text[++i]);
    } else if (is_special(c)) {
      end_literal();
      append(pattern, {c == '*' ? Kind::any_run : Kind::any_one, {}});
    } else {
      literal.push_back(c);
    }
  }
  end_literal();
  return pattern;
}

Pattern literal_pattern(std::string text) {
  Pattern pattern;
  append_text(pattern, text);
  return pattern;
}

void open_front(Pattern& pattern) {
  if (pattern.parts.empty() || pattern.parts.front().kind != Kind::any_run) {
    pattern.parts.insert(pattern.parts.begin(), PatternPart{Kind::any_run, {}});
  }
}

void open_back(Pattern& pattern) {
  append(pattern, {Kind::any_run, {}});
}

Pattern with_interchangeable_dashes(const Pattern& pattern) {
  Pattern out;
  out.cased = pattern.cased;
  for (const PatternPart& part : pattern.parts) {
    if (part.kind == Kind::text) {
      append_with_dashes(out, part.text);
    } else {
      append(out, part);
    }
  }
  return out;
}

std::string to_string(const Pattern& pattern) {
  std::string out;
  for (const PatternPart& part : pattern.parts) {
    switch (part.kind) {
      case Kind::text:
        out += escape_literal(part.text);
        break;
      case Kind::any_run:
        out += '*';
        break;
      case Kind::any_one:
        out += '?';
        break;
      case Kind::any_dash:
        out += '-';
        break;
    }
  }
  return out;
}

}  // namespace afterpatch::detect::sigma

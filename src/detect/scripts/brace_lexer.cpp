#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/digits.h"
#include "base/text.h"
#include "detect/scripts/brace_tokens.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr int kMaxStringDepth = 4;

class BraceLexer {
 public:
  BraceLexer(const SourceCode& code, Language language, Arena& arena, std::vector<Token>& tokens, int depth)
      : code_(code), text_(code.text()), language_(language), arena_(arena), tokens_(tokens), depth_(depth) {}

  void run() {
    while (at_ < text_.size() && tokens_.size() < kMaxTokens) next();
  }

 private:
  bool php() const { return language_ == Language::php; }
  std::string_view rest() const { return text_.substr(at_); }

  void push(TokenKind kind, std::size_t from, std::string_view text, std::uint32_t code = 0) {
    tokens_.push_back(
        {.kind = kind, .spaced = spaced_, .code = code, .at = code_.place(from), .match = 0, .text = text});
    spaced_ = false;
  }
  void push_op(std::size_t from, std::string_view text) { push(TokenKind::op, from, text, op(text)); }

  void next() {
    const char c = text_[at_];
    switch (kStarts[static_cast<unsigned char>(c)]) {
      case Start::blank:
        blanks();
        break;
      case Start::separator:
        push(TokenKind::separator, at_++, {});
        break;
      case Start::word:
        word();
        break;
      case Start::quote:
        string(c);
        break;
      case Start::mark:
        if (!marked(c)) operator_at();
        break;
      case Start::other:
        operator_at();
    }
  }

  void blanks() {
    spaced_ = true;
    std::size_t end = at_ + 1;
    while (end < text_.size() && static_cast<unsigned char>(text_[end]) <= ' ') ++end;
    at_ = end;
  }

  // What begins with a character that may also be an operator.
  bool marked(char c) {
    if (c == '@' && starts_verbatim_name()) {
      word();
      return true;
    }
    if (c == '$' && php()) {
      variable();
      return true;
    }
    return ((c == '/' || c == '#') && skip_comment()) || special_string() || (c == '/' && regex());
  }

  bool starts_verbatim_name() const {
    return !php() && at_ + 1 < text_.size() && is_word(text_[at_ + 1]) && text_[at_ + 1] != '_';
  }

  bool skip_comment() {
    const std::string_view here = rest();
    if (here.starts_with("/*")) {
      at_ = past_block_comment(text_, at_);
      spaced_ = true;
      return true;
    }
    const bool hash =
        here.front() == '#' && ((php() && !here.starts_with("#[")) || language_ == Language::csharp);
    if (!here.starts_with("//") && !hash) return false;
    at_ = end_of_line(text_, at_);
    return true;
  }

  void word() {
    const std::size_t from = at_;
    if (text_[at_] == '@') ++at_;
    const std::size_t start = at_;
    const bool dollars = !php();  // are letters
    bool upper = false;
    bool beyond_ascii = false;
    std::size_t end = start;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      if (!is_word(c) && !(dollars && c == '$')) break;
      upper |= c >= 'A' && c <= 'Z';
      beyond_ascii |= static_cast<unsigned char>(c) >= 0x80;
    }
    at_ = end;
    std::string_view found = text_.substr(start, end - start);
    if (is_decimal_digit(found.front())) {
      number(from);
      return;
    }
    if (beyond_ascii) found = without_format_characters(found);
    push(TokenKind::name, from, upper ? lower(found, arena_) : found);
  }

  void number(std::size_t from) {
    const bool fraction = at_ + 1 < text_.size() && text_[at_] == '.' && is_decimal_digit(text_[at_ + 1]);
    if (fraction) {
      ++at_;
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    }
    push(TokenKind::number, from, text_.substr(from, at_ - from));
  }

  // Names may carry characters that are not shown (C# 6.4.3, JLS 3.8): zero width spaces and marks.
  std::string_view without_format_characters(std::string_view name) {
    if (php() || name.find_first_of("\xe2\xef\xc2") == npos) return name;
    std::string shown;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const std::string_view tail = name.substr(i);
      const bool invisible =
          tail.starts_with("\xe2\x80") || tail.starts_with("\xe2\x81") || tail.starts_with("\xef\xbb\xbf");
      if (invisible && tail.size() >= 3) {
        i += 2;
      } else if (tail.starts_with("\xc2\xad")) {
        i += 1;
      } else {
        shown.push_back(name[i]);
      }
    }
    return arena_.keep(std::move(shown));
  }

  void variable() {
    const std::size_t from = at_++;
    const std::size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    if (at_ == start) {
      push_op(from, "$");  // "$$name", "${expression}"
    } else {
      push(TokenKind::variable, from, text_.substr(start, at_ - start));
    }
  }

  // Strings that a mark announces: C#'s @"", $"", Java's and C#'s """, PHP's <<<.
  bool special_string() {
    const std::string_view here = rest();
    if (php()) return here.starts_with("<<<") && heredoc();
    if (language_ != Language::csharp) return false;
    if (here.starts_with("@\"")) return verbatim(2, false);
    if (here.starts_with("$@\"") || here.starts_with("@$\"")) return verbatim(3, true);
    if (here.starts_with("$\"")) {
      ++at_;
      interpolated('"', true);
      return true;
    }
    return false;
  }

  bool verbatim(std::size_t mark, bool holes) {
    const std::size_t from = at_;
    at_ += mark;
    std::string value;
    while (at_ < text_.size()) {
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
        ++at_;
      }
      value.push_back(text_[at_++]);
    }
    if (at_ < text_.size()) ++at_;
    const std::string_view kept = arena_.keep(std::move(value));
    if (holes) {
      pieces(from, kept);
    } else {
      push(TokenKind::text, from, kept);
    }
    return true;
  }

  bool heredoc() {
    const std::size_t from = at_;
    std::size_t name = text_.find_first_not_of(" \t", at_ + 3);
    if (name == npos) return false;
    const bool raw = text_[name] == '\'';
    if (raw || text_[name] == '"') ++name;
    std::size_t end = name;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (end == name) return false;
    const std::string_view label = text_.substr(name, end - name);
    const std::size_t body = std::min(text_.find('\n', end), text_.size());
    std::size_t stop = body;
    while (stop < text_.size()) {
      const auto first = text_.find_first_not_of(" \t", stop + 1);
      if (first != npos && text_.substr(first).starts_with(label)) {
        at_ = first + label.size();
        break;
      }
      stop = text_.find('\n', stop + 1);
    }
    if (stop >= text_.size()) at_ = stop = text_.size();
    const std::string_view content =
        body + 1 < stop ? text_.substr(body + 1, stop - body - 1) : std::string_view();
    if (raw) {
      push(TokenKind::text, from, content);
    } else {
      php_pieces(from, content);
    }
    return true;
  }

  // Java's """ ... """.
  void text_block() {
    const std::size_t from = at_;
    const std::size_t start = at_ + 3;
    std::size_t end = text_.find("\"\"\"", start);
    while (end != npos && text_[end - 1] == '\\') end = text_.find("\"\"\"", end + 1);
    const std::string_view raw =
        text_.substr(std::min(start, text_.size()), end == npos ? npos : end - start);
    at_ = end == npos ? text_.size() : end + 3;
    push(TokenKind::text, from, raw.find('\\') == npos ? raw : arena_.keep(unescape(raw)));
  }

  void string(char quote) {
    if (language_ == Language::java && rest().starts_with("\"\"\"")) {
      text_block();
    } else if (php() && quote == '\'') {
      single_quoted();
    } else if (php()) {
      const std::size_t from = at_;
      const RawString raw = raw_string(quote);
      if (quote == '`') {
        push(TokenKind::name, from, "shell_exec");
        push_op(from, "(");
      }
      if (raw.plain) {
        push(TokenKind::text, from, raw.text);
      } else {
        php_pieces(from, raw.text);
      }
      if (quote == '`') push_op(at_ - 1, ")");
    } else {
      interpolated(quote, false);
    }
  }

  struct RawString {
    std::string_view text;
    bool plain = true;  // nothing in it stands for something else
  };

  RawString raw_string(char quote) {
    const std::size_t start = ++at_;
    std::size_t end = start;
    bool plain = true;
    while (end < text_.size() && text_[end] != quote) {
      const char c = text_[end];
      plain &= c != '\\' && c != '$';
      end += c == '\\' ? 2 : 1;
    }
    end = std::min(end, text_.size());
    at_ = std::min(end + 1, text_.size());
    return {text_.substr(start, end - start), plain};
  }

  void single_quoted() {
    const std::size_t from = at_;
    const auto [raw, plain] = raw_string('\'');
    if (plain || raw.find('\\') == npos) {
      push(TokenKind::text, from, raw);
      return;
    }
    std::string value;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '\\' && i + 1 < raw.size() && (raw[i + 1] == '\'' || raw[i + 1] == '\\')) ++i;
      value.push_back(raw[i]);
    }
    push(TokenKind::text, from, arena_.keep(std::move(value)));
  }

  // A string of C#, Java or JScript; they end with their line.
  void interpolated(char quote, bool holes) {
    const std::size_t from = at_;
    const std::size_t start = ++at_;
    while (at_ < text_.size() && text_[at_] != quote && (text_[at_] != '\n' || quote == '`'))
      at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    const std::string_view raw = text_.substr(start, at_ - start);
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
    const std::string_view value = raw.find('\\') == npos ? raw : arena_.keep(unescape(raw));
    if (holes) {
      pieces(from, value);
    } else {
      push(TokenKind::text, from, value);
    }
  }

  // "a{expression}b" to ("a" + (expression) + "b").
  void pieces(std::size_t from, std::string_view value) {
    push_op(from, "(");
    std::size_t at = 0;
    while (at <= value.size()) {
      const auto open = value.find('{', at);
      const auto close = open == npos ? npos : value.find('}', open);
      push(TokenKind::text, from, value.substr(at, open == npos ? npos : open - at));
      if (close == npos) break;
      push_op(from, "+");
      nested(from, value.substr(open + 1, close - open - 1));
      push_op(from, "+");
      at = close + 1;
    }
    push_op(from, ")");
  }

  void nested(std::size_t from, std::string_view expression) {
    push_op(from, "(");
    if (depth_ < kMaxStringDepth) {
      const SourceCode inner(expression, code_.place(from), language_, arena_);
      BraceLexer(inner, language_, arena_, tokens_, depth_ + 1).run();
    }
    push_op(from, ")");
  }

  // PHP's "a $name b {$name->x} c ${name}" to ("a " . $name . " b " . ($name->x) ...).
  void php_pieces(std::size_t from, std::string_view raw) {
    if (raw.find('$') == npos) {
      push(TokenKind::text, from, raw.find('\\') == npos ? raw : arena_.keep(unescape(raw)));
      return;
    }
    push_op(from, "(");
    std::string value;
    for (std::size_t i = 0; i < raw.size();) {
      const std::string_view tail = raw.substr(i);
      if (tail[0] == '\\' && tail.size() > 1) {
        value.append(unescape(tail.substr(0, escape_length(tail))));
        i += escape_length(tail);
        continue;
      }
      const std::size_t length = variable_length(tail);
      if (length == 0) {
        value.push_back(raw[i++]);
        continue;
      }
      push(TokenKind::text, from, arena_.keep(std::move(value)));
      value.clear();
      push_op(from, ".");
      const bool braces = tail[0] == '{';
      nested(from, braces ? tail.substr(1, length - 2) : with_quoted_key(tail.substr(0, length)));
      push_op(from, ".");
      i += length;
    }
    push(TokenKind::text, from, arena_.keep(std::move(value)));
    push_op(from, ")");
  }

  // In a string, $a[key] means $a['key'].
  std::string_view with_quoted_key(std::string_view simple) {
    const auto open = simple.find('[');
    if (open == npos || open + 1 >= simple.size() || simple[open + 1] == '$' ||
        is_decimal_digit(simple[open + 1]) || simple[open + 1] == '\'')
      return simple;
    return arena_.keep(std::string(simple.substr(0, open)) + "['" +
                       std::string(simple.substr(open + 1, simple.size() - open - 2)) + "']");
  }

  std::string unescape(std::string_view raw) const {
    std::string value;
    value.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size();) {
      if (raw[i] != '\\' || i + 1 >= raw.size()) {
        value.push_back(raw[i++]);
        continue;
      }
      const std::size_t length = escape_length(raw.substr(i));
      append_escape(value, raw.substr(i, length));
      i += length;
    }
    return value;
  }

  void append_escape(std::string& value, std::string_view escape) const {
    const char c = escape[1];
    if ((c == 'x' || c == 'u') && escape.size() > 2) {
      char32_t point = 0;
      for (const char digit : escape.substr(2)) {
        if (is_hex_digit(digit)) point = point * 16 + static_cast<char32_t>(hex_digit(digit));
      }
      if (point < 0x100 && (c == 'x' || point < 0x80)) {
        value.push_back(static_cast<char>(point));
      } else {
        append_utf8(value, point);
      }
    } else if (c >= '0' && c <= '7') {
      unsigned point = 0;
      for (const char digit : escape.substr(1)) point = point * 8 + static_cast<unsigned>(digit - '0');
      value.push_back(static_cast<char>(point));
    } else if (c == 'n' || c == 'r' || c == 't') {
      value.push_back(c == 'n' ? '\n' : c == 'r' ? '\r' : '\t');
    } else if (c == '\\' || c == '"' || c == '\'' || c == '$' || c == '`' || !php()) {
      value.push_back(c);
    } else {
      value.append(escape);
    }
  }

  // "/x/i" of JScript, where a value is expected.
  bool regex() {
    if (language_ != Language::jscript || text_[at_] != '/') return false;
    if (!tokens_.empty()) {
      const Token& last = tokens_.back();
      const bool value = last.kind == TokenKind::name || last.kind == TokenKind::number ||
                         last.kind == TokenKind::text ||
                         (last.kind == TokenKind::op && (last.code == op(")") || last.code == op("]")));
      if (value) return false;
    }
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '/' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size() || text_[end] != '/') return false;
    push(TokenKind::number, at_, text_.substr(at_, end + 1 - at_));  // no text: a value that says nothing
    at_ = end + 1;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return true;
  }

  void operator_at() {
    const std::size_t size = operator_length(rest(), php());
    push_op(at_, text_.substr(at_, size));
    at_ += size;
  }

  const SourceCode& code_;
  std::string_view text_;
  Language language_;
  Arena& arena_;
  std::vector<Token>& tokens_;
  int depth_;
  std::size_t at_ = 0;
  bool spaced_ = false;
};

}  // namespace

void lex_braces(const SourceCode& code, Language language, Arena& arena, std::vector<Token>& tokens) {
  BraceLexer(code, language, arena, tokens, 0).run();
}

}  // namespace afterpatch::detect::scripts

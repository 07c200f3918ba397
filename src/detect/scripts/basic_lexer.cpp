#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr auto npos = std::string_view::npos;

class BasicLexer {
 public:
  BasicLexer(const SourceCode& code, Arena& arena, std::vector<Token>& tokens)
      : code_(code), text_(code.text()), arena_(arena), tokens_(tokens) {}

  void run() {
    while (at_ < text_.size() && tokens_.size() < kMaxTokens) next();
  }

 private:
  void push(TokenKind kind, std::size_t from, std::string_view text, std::uint32_t code = 0) {
    tokens_.push_back(
        {.kind = kind, .spaced = spaced_, .code = code, .at = code_.place(from), .match = 0, .text = text});
    spaced_ = false;
  }

  void next() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\f' || c == '\v') {
      spaced_ = true;
      ++at_;
    } else if (c == '\r' || c == '\n' || c == ':') {
      line_end(c);
    } else if (c == '\'') {
      comment();
    } else if (c == '"') {
      string();
    } else if (c == '[') {
      bracketed();
    } else if (is_word(c)) {
      word();
    } else if (c == '#') {
      date();
    } else {
      operator_at();
    }
  }

  void line_end(char c) {
    if (c == ':' && at_ + 1 < text_.size() && text_[at_ + 1] == '=') {
      push(TokenKind::op, at_, text_.substr(at_, 2), op(":="));
      at_ += 2;
      return;
    }
    push(TokenKind::separator, at_++, {});
  }

  void comment() { at_ = std::min(text_.find_first_of("\r\n", at_), text_.size()); }

  void string() {
    const std::size_t from = at_++;
    std::string value;
    std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') {
      if (text_[at_] != '"') {
        ++at_;
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value.append(text_.substr(start, at_ + 1 - start));
        start = at_ += 2;
      } else {
        break;
      }
    }
    const std::string_view tail = text_.substr(start, at_ - start);
    if (at_ < text_.size() && text_[at_] == '"') ++at_;
    if (at_ < text_.size() && to_lower_ascii(text_[at_]) == 'c' &&
        (at_ + 1 >= text_.size() || !is_word(text_[at_ + 1])))
      ++at_;  // "x"c of Visual Basic .NET
    if (value.empty()) {
      push(TokenKind::text, from, tail);
    } else {
      value.append(tail);
      push(TokenKind::text, from, arena_.keep(std::move(value)));
    }
  }

  void bracketed() {
    const auto end = text_.find_first_of("]\r\n", at_);
    if (end == npos || text_[end] != ']') {
      ++at_;
      return;
    }
    push(TokenKind::name, at_, lower(text_.substr(at_ + 1, end - at_ - 1), arena_));
    at_ = end + 1;
  }

  void word() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view found = text_.substr(from, at_ - from);
    if (found == "_" && continues_line()) return;
    if (found.front() >= '0' && found.front() <= '9') {
      push(TokenKind::number, from, found);
      return;
    }
    const std::string_view name = lower(found, arena_);
    if (name == "rem") {
      comment();
      return;
    }
    push(TokenKind::name, from, name);
  }

  // "_" at a line's end.
  bool continues_line() {
    const auto next = text_.find_first_not_of(" \t", at_);
    if (next == npos || (text_[next] != '\r' && text_[next] != '\n')) return false;
    at_ = next + (text_.substr(next).starts_with("\r\n") ? 2 : 1);
    spaced_ = true;
    return true;
  }

  void date() {
    const auto end = text_.find_first_of("#\r\n\"", at_ + 1);
    const bool closed = end != npos && text_[end] == '#' && end - at_ < 32;
    if (closed) push(TokenKind::number, at_, text_.substr(at_, end + 1 - at_));
    at_ = closed ? end + 1 : at_ + 1;
  }

  void operator_at() {
    const std::string_view rest = text_.substr(at_);
    if (rest.size() > 2 && to_lower_ascii(rest[1]) == 'h' && rest[0] == '&') {
      std::size_t end = 2;
      while (end < rest.size() && is_word(rest[end])) ++end;
      if (end > 2 && std::all_of(rest.begin() + 2, rest.begin() + static_cast<std::ptrdiff_t>(end), is_hex)) {
        push(TokenKind::number, at_, rest.substr(0, end));
        at_ += end;
        return;
      }
    }
    std::size_t length = 1;
    for (const std::string_view two : {"&=", "+=", "<>", "<=", ">=", "^="}) {
      if (rest.starts_with(two)) length = 2;
    }
    push(TokenKind::op, at_, rest.substr(0, length), op(rest.substr(0, length)));
    at_ += length;
  }

  static bool is_hex(char c) {
    const char low = to_lower_ascii(c);
    return (low >= '0' && low <= '9') || (low >= 'a' && low <= 'f');
  }

  const SourceCode& code_;
  std::string_view text_;
  Arena& arena_;
  std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  bool spaced_ = false;
};

}  // namespace

std::string_view lower(std::string_view text, Arena& arena) {
  const bool upper = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return upper ? arena.keep_lower(text) : text;
}

void match_brackets(std::vector<Token>& tokens, std::size_t first) {
  std::vector<std::uint32_t> open;
  for (std::size_t i = first; i < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::op) continue;
    const std::uint32_t code = tokens[i].code;
    if (code == op("(") || code == op("[") || code == op("{")) {
      open.push_back(static_cast<std::uint32_t>(i));
    } else if (code == op(")") || code == op("]") || code == op("}")) {
      const std::uint32_t wanted = code == op(")") ? op("(") : code == op("]") ? op("[") : op("{");
      // A closing bracket without its partner is skipped; a forgotten one inside is given up.
      auto partner = std::find_if(open.rbegin(), open.rend(),
                                  [&](std::uint32_t at) { return tokens[at].code == wanted; });
      if (partner == open.rend() || (partner - open.rbegin() > 8)) continue;
      tokens[*partner].match = static_cast<std::uint32_t>(i);
      open.erase(std::prev(partner.base()), open.end());
    }
  }
}

void lex_basic(const SourceCode& code, Arena& arena, std::vector<Token>& tokens) {
  BasicLexer(code, arena, tokens).run();
}

}  // namespace afterpatch::detect::scripts

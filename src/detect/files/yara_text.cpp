#include "detect/files/yara_text.h"

#include <algorithm>
#include <optional>

namespace afterpatch::detect::files {
namespace {

using Kind = YaraToken::Kind;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c);
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::size_t position() const { return at_; }
  bool broken() const { return broken_; }

  // `value_follows`: an '=' stands before, so '{' begins a hex string.
  std::optional<YaraToken> next(bool value_follows = false) {
    skip_blank();
    if (at_ >= text_.size() || broken_) return std::nullopt;
    const std::size_t begin = at_;
    const Kind kind = read(text_[at_], value_follows);
    return YaraToken{.kind = kind, .text = text_.substr(begin, at_ - begin)};
  }

 private:
  void skip_blank() {
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        skip_behind("*/");
      } else if (static_cast<unsigned char>(text_[at_]) <= ' ') {
        ++at_;
      } else {
        return;
      }
    }
  }

  void skip_behind(std::string_view mark) {
    const auto found = text_.find(mark, at_ + mark.size());
    broken_ = broken_ || found == std::string_view::npos;
    at_ = broken_ ? text_.size() : found + mark.size();
  }

  Kind read(char first, bool value_follows) {
    if (is_letter(first)) return read_while(is_word, Kind::word);
    if (is_digit(first)) return read_while([](char c) { return is_word(c) || c == '.'; }, Kind::number);
    if (first == '"') return read_quoted('"', Kind::text);
    if (first == '/') return read_regex();
    if (first == '$' || first == '#' || first == '@' || first == '!') return read_variable();
    if (first == '{' && value_follows) return read_hex();
    return read_symbol();
  }

  template <typename Belongs>
  Kind read_while(Belongs belongs, Kind kind) {
    while (at_ < text_.size() && belongs(text_[at_])) {
      if (text_.substr(at_).starts_with("..")) break;  // "(1..3)"
      ++at_;
    }
    return kind;
  }

  Kind read_quoted(char quote, Kind kind) {
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\') ++at_;
      if (at_ < text_.size() && text_[at_] == '\n') break;
    }
    broken_ = broken_ || at_ >= text_.size() || text_[at_] != quote;
    at_ = std::min(at_ + 1, text_.size());
    return kind;
  }

  Kind read_regex() {
    read_quoted('/', Kind::regex);
    return read_while([](char c) { return c == 's' || c == 'i'; }, Kind::regex);
  }

  Kind read_variable() {
    const char first = text_[at_++];
    if (first == '!' && at_ < text_.size() && text_[at_] == '=') {
      ++at_;
      return Kind::symbol;
    }
    read_while(is_word, Kind::variable);
    return Kind::variable;
  }

  Kind read_hex() {
    for (++at_; at_ < text_.size() && text_[at_] != '}';) {
      const std::size_t before = at_;
      skip_blank();
      if (at_ < text_.size() && at_ == before) ++at_;
    }
    broken_ = broken_ || at_ >= text_.size();
    at_ = std::min(at_ + 1, text_.size());
    return Kind::hex;
  }

  Kind read_symbol() {
    constexpr std::string_view kPairs[] = {"==", "<=", ">=", "<<", ">>", ".."};
    const std::string_view rest = text_.substr(at_);
    const bool pair = std::any_of(std::begin(kPairs), std::end(kPairs),
                                  [&](std::string_view two) { return rest.starts_with(two); });
    at_ += pair ? 2 : 1;
    return Kind::symbol;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text), lexer_(text) {}

  YaraFileText cut() {
    constexpr std::size_t kNone = std::string_view::npos;
    std::size_t modifiers = kNone;  // where "private global" before "rule" begin
    bool is_global = false;
    while (const auto token = lexer_.next()) {
      const std::size_t begin = lexer_.position() - token->text.size();
      if (token->text == "private" || token->text == "global") {
        modifiers = std::min(modifiers, begin);
        is_global = is_global || token->text == "global";
      } else if (token->text == "rule") {
        cut_rule(std::min(modifiers, begin), is_global);
        modifiers = kNone;
        is_global = false;
      } else if (token->text == "include") {
        cut_include(begin);
      } else if (token->text == "import") {
        cut_import(begin);
      } else {
        out_.sound = false;
      }
    }
    out_.sound = out_.sound && !lexer_.broken();
    return std::move(out_);
  }

 private:
  std::uint64_t line_at(std::size_t offset) {
    line_ +=
        static_cast<std::uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                              text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_ = offset;
    return line_;
  }

  void cut_include(std::size_t begin) {
    YaraInclude include{.begin = begin, .end = begin, .line = line_at(begin)};
    lexer_.next();
    include.end = lexer_.position();
    out_.includes.push_back(include);
  }

  void cut_import(std::size_t begin) {
    YaraImport import{.begin = begin, .end = begin, .module = {}};
    const auto name = lexer_.next();
    if (name && name->text.size() > 2) import.module = name->text.substr(1, name->text.size() - 2);
    import.end = lexer_.position();
    out_.imports.push_back(import);
  }

  void cut_rule(std::size_t begin, bool is_global) {
    YaraRuleText rule;
    rule.is_global = is_global;
    rule.begin = begin;
    rule.first_line = line_at(begin);
    if (const auto name = lexer_.next()) rule.name = name->text;
    bool closed = skip_to("{");
    if (closed) closed = read_body(rule);
    out_.sound = out_.sound && closed;
    rule.end = lexer_.position();
    rule.last_line = line_at(rule.end);
    out_.rules.push_back(std::move(rule));
  }

  bool skip_to(std::string_view symbol) {
    while (const auto token = lexer_.next()) {
      if (token->text == symbol) return true;
    }
    return false;
  }

  // Sections come as "name :"; a rule ends at the first '}' that ends no hex string.
  bool read_body(YaraRuleText& rule) {
    enum class Section { meta, strings, condition } section = Section::meta;
    bool value_follows = false;
    while (const auto token = lexer_.next(value_follows)) {
      const bool was_value = value_follows;
      value_follows = section != Section::condition && token->text == "=" && token->kind == Kind::symbol;
      if (token->kind == Kind::symbol && token->text == "}") return true;
      if (section != Section::condition && !was_value && token->kind == Kind::word) {
        if (token->text == "strings") section = Section::strings;
        if (token->text == "condition") section = Section::condition;
        if (token->text == "strings" || token->text == "condition") {
          lexer_.next();  // ':'
          continue;
        }
      }
      if (section == Section::condition) rule.condition.push_back(*token);
      if (section == Section::strings) add_to_strings(rule, *token, was_value);
    }
    return false;
  }

  static void add_to_strings(YaraRuleText& rule, const YaraToken& token, bool is_value) {
    if (token.kind == Kind::variable) {
      rule.strings.push_back({.name = token.text, .value = {}, .modifiers = {}, .own_alphabet = false});
    } else if (!rule.strings.empty() && is_value) {
      rule.strings.back().value = token;
    } else if (!rule.strings.empty() && token.kind == Kind::word) {
      rule.strings.back().modifiers.push_back(token.text);
    } else if (!rule.strings.empty() && token.kind == Kind::text) {
      rule.strings.back().own_alphabet = true;
    }
  }

  std::string_view text_;
  Lexer lexer_;
  YaraFileText out_;
  std::uint64_t line_ = 1;
  std::size_t counted_ = 0;
};

}  // namespace

YaraFileText cut_yara_text(std::string_view text) {
  return Cutter(text).cut();
}

void blank_out(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < std::min(end, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

}  // namespace afterpatch::detect::files

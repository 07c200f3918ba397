#include "detect/scripts/php_glance.h"

#include <algorithm>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "detect/scripts/brace_tokens.h"
#include "detect/scripts/operators.h"
#include "detect/scripts/php_interest.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kStyleSheetBytes = 100;  // as in Interpreter::primary
constexpr int kMaxDepth = 4;                   // of strings in strings

using Fields = std::unordered_set<std::string_view>;

// What the last token was, as far as it matters to the next.
enum class Last : std::uint8_t {
  other,
  name,
  function,   // the word "function"
  reference,  // the "&" of "function &name"
  made,       // the word "new"
  variable,
  text,
  open,     // "("
  round,    // ")"
  bracket,  // "]" or "}"
  method,   // "->", or "::" behind a name
  backslash,
};

bool is_name(Last last) {
  return last == Last::name || last == Last::function || last == Last::made;
}

// One piece of code; one object each.
class Glance {
 public:
  Glance(std::string_view text, const Fields& fields, int depth, Last last)
      : text_(text), fields_(fields), depth_(depth), last_(last) {}

  bool plain() {
    while (at_ < text_.size()) {
      if (!next()) return false;
    }
    return true;
  }

 private:
  // Each of these reads one token and says whether it is plain.
  bool next() {
    const char c = text_[at_];
    switch (kStarts[static_cast<unsigned char>(c)]) {
      case Start::blank:
        skip_blanks();
        return true;
      case Start::separator:
        ++at_;
        last_ = Last::other;
        return true;
      case Start::word:
        return word();
      case Start::quote:
        return c == '\'' ? single_quoted() : c == '"' && double_quoted();
      case Start::mark:
        return marked(c);
      default:
        return operation();
    }
  }

  void skip_blanks() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && static_cast<unsigned char>(text_[end]) <= ' ') ++end;
    at_ = end;
  }

  bool marked(char c) {
    if (c == '$') return variable();
    const char second = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '/' && second == '*') {
      at_ = past_block_comment(text_, at_);
      return true;
    }
    if ((c == '/' && second == '/') || (c == '#' && second != '[')) {
      at_ = end_of_line(text_, at_);
      return true;
    }
    return !(c == '<' && text_.substr(at_).starts_with("<<<")) && operation();
  }

  // Of word characters, from the cursor on.
  std::string_view take_word() {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view found(text_.data() + at_, end - at_);
    at_ = end;
    return found;
  }

  bool variable() {
    ++at_;
    const std::string_view name = take_word();
    last_ = Last::variable;
    return !name.empty() && !brings_request(name) && (fields_.empty() || !fields_.contains(name));
  }

  bool word() {
    const std::string_view found = take_word();
    if (is_decimal_digit(found.front())) {
      last_ = Last::other;
      return true;
    }
    cast_ = last_ == Last::open ? found : std::string_view();
    const std::uint8_t interest = interest_in_any_case(found);
    const Last before = std::exchange(last_, Last::name);
    if (interest != 0) return !name_acts(interest, before);
    if (found.size() == 8 && equals_ignoring_case(found, "function")) last_ = Last::function;
    if (found.size() != 3 || !equals_ignoring_case(found, "new")) return true;
    last_ = Last::made;
    return makes_known();
  }

  // The character that the next token begins with; '\0' if that does not tell which it is.
  char next_character() const {
    std::size_t at = at_;
    while (at < text_.size() && static_cast<unsigned char>(text_[at]) <= ' ') ++at;
    if (at == text_.size()) return ';';
    const char c = text_[at];
    const bool comment = c == '/' || c == '#';
    const bool string = c == '"' || c == '<';  // may be taken apart into "(", texts and variables
    const bool twice = c == '\\' && at + 1 < text_.size() && text_[at + 1] == c;
    return comment || string || twice ? '\0' : c;
  }

  bool makes_known() const {
    const char next = next_character();
    return next == '\\' || (is_word(next) && !is_decimal_digit(next));
  }

  bool name_acts(std::uint8_t interest, Last before) const {
    const char next = next_character();
    if (next == '\0') return true;
    const bool called = next == '(';
    if (called && (before == Last::function || before == Last::reference)) return false;
    if ((interest & ~(kFunction | kReplace)) != 0) return true;
    if ((interest & kReplace) != 0 && (!called || !replaces_plainly())) return true;
    if ((interest & kFunction) == 0) return false;
    if (called) return before != Last::method;
    return before == Last::made || before == Last::function || (before == Last::backslash && next != '\\');
  }

  // "('pattern'," without the letter that makes code of the replacement.
  bool replaces_plainly() const {
    const std::size_t open = text_.find_first_not_of(" \t\r\n", text_.find('(', at_) + 1);
    if (open == npos || (text_[open] != '\'' && text_[open] != '"')) return false;
    const std::size_t close = past_string(open);
    const std::string_view pattern = text_.substr(open + 1, std::max(close, open + 2) - open - 2);
    const std::size_t comma = text_.find_first_not_of(" \t\r\n", close);
    if (comma == npos || text_[comma] != ',') return false;
    if (text_[open] == '"' && pattern.find_first_of("\\$") != npos) return false;
    return pattern.substr(pattern.find_last_not_of("imsxADSXUJuenr \n") + 1).find('e') == npos;
  }

  // Behind the quote that ends the string whose first is at `start`, as BraceLexer::raw_string has it.
  std::size_t past_string(std::size_t start) const {
    const char quote = text_[start];
    std::size_t end = start + 1;
    while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text_.size());
  }

  bool single_quoted() {
    const std::size_t start = at_;
    at_ = past_string(at_);
    last_ = Last::text;
    return !is_style_sheet(text_.substr(start, at_ - start));
  }

  static bool is_style_sheet(std::string_view text) {
    return text.size() > kStyleSheetBytes && text.find("implements-prefix") != npos;
  }

  bool double_quoted() {
    const std::size_t start = at_ + 1;
    bool holes = false;
    bool escapes = false;
    std::size_t end = start;
    while (end < text_.size() && text_[end] != '"') {
      const char c = text_[end];
      holes |= c == '$';
      escapes |= c == '\\';
      end += c == '\\' ? 2 : 1;
    }
    end = std::min(end, text_.size());
    at_ = std::min(end + 1, text_.size());
    const std::string_view raw = text_.substr(start, end - start);
    if (is_style_sheet(raw) || (escapes && raw.size() > kStyleSheetBytes && hides_letters(raw))) return false;
    if (!holes && raw.find('$') == npos) {
      last_ = Last::text;
      return true;
    }
    const bool calls = calls_value();  // "(" stands before what it is taken apart to
    last_ = Last::round;
    cast_ = {};
    return !calls && depth_ < kMaxDepth && plain_pieces(raw);
  }

  // Escapes that stand for any character.
  static bool hides_letters(std::string_view raw) {
    for (auto at = raw.find('\\'); at != npos; at = raw.find('\\', at + 2)) {
      const char c = at + 1 < raw.size() ? raw[at + 1] : '\0';
      if (c == 'x' || c == 'u' || is_decimal_digit(c)) return true;
    }
    return false;
  }

  bool plain_pieces(std::string_view raw) const {
    for (std::size_t i = 0; i < raw.size();) {
      const std::string_view tail = raw.substr(i);
      if (tail[0] == '\\' && tail.size() > 1) {
        i += escape_length(tail);
        continue;
      }
      const std::size_t length = tail[0] == '$' || tail[0] == '{' ? variable_length(tail) : 0;
      if (length == 0) {
        ++i;
        continue;
      }
      const bool braces = tail[0] == '{';
      const std::string_view piece = braces ? tail.substr(1, length - 2) : tail.substr(0, length);
      if (!braces && !has_plain_key(piece)) return false;
      if (!Glance(piece, fields_, depth_ + 1, Last::open).plain()) return false;
      i += length;
    }
    return true;
  }

  // "$a[key]", "$a[$key]", "$a[0]" without more, which the lexer puts quotes into.
  static bool has_plain_key(std::string_view simple) {
    const auto open = simple.find('[');
    if (open == npos) return true;
    const std::string_view key = simple.substr(open + 1, simple.size() - open - 2);
    return std::all_of(key.begin(), key.end(), [](char c) { return is_word(c) || c == '$'; });
  }

  bool calls_value() const {
    if (last_ == Last::round) return cast_.empty() || !is_type_cast(to_lower_ascii(cast_));
    return last_ == Last::variable || last_ == Last::text || last_ == Last::bracket;
  }

  bool operation() {
    const std::string_view here = text_.substr(at_);
    const std::size_t length = operator_length(here, true);
    const Last before = last_;
    at_ += length;
    if (length > 1) {
      const bool member = here.starts_with("->") || here.starts_with("?->");
      last_ = member || (here.starts_with("::") && is_name(before)) ? Last::method : Last::other;
      return true;
    }
    last_ = Last::other;
    switch (here.front()) {
      case '(': {
        last_ = before;
        const bool calls = calls_value();
        last_ = Last::open;
        return !calls;
      }
      case ')':
        if (!is_name(before)) cast_ = {};
        last_ = Last::round;
        return true;
      case ']':
      case '}':
        last_ = Last::bracket;
        return true;
      case '\\':
        last_ = Last::backslash;
        return true;
      case '&':
        if (before == Last::function) last_ = Last::reference;
        return !joins_texts(before);
      case '|':
      case '^':
        return !joins_texts(before);
      default:
        return true;
    }
  }

  // Whether texts may stand on both sides of a bitwise operator, or on one and a bare word on the other.
  bool joins_texts(Last before) const {
    if (before == Last::text) return true;
    if (!is_name(before)) return false;
    const char next = next_character();
    return next == '\0' || next == '\'' || next == '~';
  }

  std::string_view text_;
  const Fields& fields_;
  int depth_;
  std::size_t at_ = 0;
  Last last_;
  std::string_view cast_;  // the name that stood alone behind the last "("
};

}  // namespace

bool is_plain(std::span<const Region> regions, std::span<const std::string_view> fields) {
  const Fields known(fields.begin(), fields.end());
  return std::all_of(regions.begin(), regions.end(), [&](const Region& region) {
    return Glance(region.code, known, 0, Last::other).plain();
  });
}

}  // namespace afterpatch::detect::scripts

#include "detect/scripts/php_first_look.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <unordered_set>

#include "base/text.h"
#include "detect/scripts/operators.h"
#include "detect/scripts/php_interest.h"
#include "detect/scripts/vocabulary.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

// Longer text is no name of a function.
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kStyleSheetBytes = 100;  // as in Interpreter::primary

class FirstLook {
 public:
  FirstLook(std::span<const Token> tokens, std::span<const std::string_view> fields)
      : tokens_(tokens), fields_(fields.begin(), fields.end()) {}

  bool may_act() const {
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      if (acts(at)) return true;
    }
    return false;
  }

 private:
  bool is_op(std::size_t at, std::uint32_t code) const {
    return at < tokens_.size() && tokens_[at].kind == TokenKind::op && tokens_[at].code == code;
  }
  bool is_name(std::size_t at, std::string_view name) const {
    return at < tokens_.size() && tokens_[at].kind == TokenKind::name && tokens_[at].text == name;
  }

  bool acts(std::size_t at) const {
    const Token& token = tokens_[at];
    switch (token.kind) {
      case TokenKind::variable:
        return brings_request(token.text) || fields_.contains(token.text);
      case TokenKind::text:
        return token.text.size() > kStyleSheetBytes &&
               token.text.find("implements-prefix") != std::string_view::npos;
      case TokenKind::name:
        return token.text == "new" ? makes_unknown(at + 1) : name_acts(at);
      case TokenKind::op:
        return token.code == op("$") || (token.code == op("(") && at > 0 && calls_value(at));
      default:
        return false;
    }
  }

  // "new $class", "new (expression)".
  bool makes_unknown(std::size_t at) const {
    return at < tokens_.size() && tokens_[at].kind != TokenKind::name && !is_op(at, op("\\"));
  }

  // "$f(", "$a['f'](", "'f'(", "f()(".
  bool calls_value(std::size_t open) const {
    const Token& before = tokens_[open - 1];
    if (before.kind == TokenKind::variable || before.kind == TokenKind::text) return true;
    if (is_op(open - 1, op(")"))) return !ends_cast(open - 1);
    return is_op(open - 1, op("]")) || is_op(open - 1, op("}"));
  }
  bool ends_cast(std::size_t close) const {
    return close > 1 && is_op(close - 2, op("(")) && tokens_[close - 1].kind == TokenKind::name &&
           is_type_cast(tokens_[close - 1].text);
  }

  bool name_acts(std::size_t at) const {
    const std::uint8_t interest = interest_in(tokens_[at].text);
    if (interest == 0) return false;
    const bool called = is_op(at + 1, op("("));
    const bool defined = at > 0 && (is_name(at - 1, "function") || is_op(at - 1, op("&"))) && called &&
                         (is_name(at - 1, "function") || (at > 1 && is_name(at - 2, "function")));
    if (defined) return false;
    return (interest & (kAnywhere | kSource)) != 0 || ((interest & kIncludes) != 0 && includes_unknown(at)) ||
           ((interest & kFunction) != 0 && function_acts(at, called)) ||
           ((interest & kCallback) != 0 && (!called || calls_unknown(at))) ||
           ((interest & kReplace) != 0 && (!called || !replaces_plainly(at + 2)));
  }

  // A function by its bare name: called, made ("new" needs no brackets), or given another name ("use
  // function f as g"); a method of the same name is another thing.
  bool function_acts(std::size_t at, bool called) const {
    if (at == 0) return called;
    if (!called) {
      const bool part_of_namespace = is_op(at + 1, op("\\"));  // "Drupal\system\Tests"
      return is_name(at - 1, "new") || is_name(at - 1, "function") ||
             (is_op(at - 1, op("\\")) && !part_of_namespace);
    }
    const bool method = is_op(at - 1, op("->")) || is_op(at - 1, op("?->")) ||
                        (is_op(at - 1, op("::")) && at > 1 && tokens_[at - 2].kind == TokenKind::name);
    return !method;
  }

  // What is included is known where it is put together of texts and the page's own place only.
  bool includes_unknown(std::size_t at) const {
    std::string path;
    for (++at; at < tokens_.size() && tokens_[at].kind != TokenKind::separator; ++at) {
      const Token& token = tokens_[at];
      if (token.kind == TokenKind::text) path.append(token.text);
      const bool plain = token.kind == TokenKind::text || token.kind == TokenKind::seam ||
                         is_op(at, op(".")) || is_op(at, op("(")) || is_op(at, op(")")) ||
                         token.text == "__dir__" || token.text == "__file__" || token.text == "dirname" ||
                         token.text == "directory_separator";
      if (token.kind == TokenKind::seam) break;
      if (!plain) return true;
    }
    return path.find(':') != std::string::npos;  // a stream: "data:", "http:", "php:"
  }

  // Pattern written out, without the letter that makes code of the replacement.
  bool replaces_plainly(std::size_t at) const {
    return at + 1 < tokens_.size() && tokens_[at].kind == TokenKind::text && is_op(at + 1, op(",")) &&
           tokens_[at].text.substr(tokens_[at].text.find_last_not_of("imsxADSXUJuenr \n") + 1).find('e') ==
               std::string_view::npos;
  }

  // Whether one of the arguments may be a function that acts: all but closures and names of others.
  bool calls_unknown(std::size_t at) const {
    const std::size_t close = tokens_[at + 1].match;
    if (close <= at + 1 || close >= tokens_.size()) return true;
    const bool first = takes_function_first(tokens_[at].text);
    std::size_t argument = 0;
    for (std::size_t i = at + 2; i < close; ++argument) {
      const std::size_t end = end_of_argument(i, close);
      if ((argument == 0) == first && !is_harmless(i, end)) return true;
      if (is_op(i, op("..."))) return true;
      i = end + 1;
    }
    return false;
  }
  std::size_t end_of_argument(std::size_t at, std::size_t close) const {
    while (at < close && !is_op(at, op(","))) at = tokens_[at].match > at ? tokens_[at].match + 1 : at + 1;
    return std::min(at, close);
  }
  bool is_harmless(std::size_t from, std::size_t to) const {
    const std::size_t head = is_name(from, "static") ? from + 1 : from;
    if (is_name(head, "function") || is_name(head, "fn")) return true;
    if (to != from + 1 || tokens_[from].kind != TokenKind::text) return false;
    const std::string_view text = tokens_[from].text;
    if (text.size() > kLongestName) return false;
    const std::string name = to_lower_ascii(text.substr(text.find_last_of("\\:.") + 1));
    return interest_in(name) == 0;
  }

  std::span<const Token> tokens_;
  std::unordered_set<std::string_view> fields_;
};

bool heads_declaration(std::string_view word, Language language) {
  constexpr std::array kHeads = {"class"sv,    "abstract"sv,  "final"sv, "interface"sv, "trait"sv, "enum"sv,
                                 "function"sv, "namespace"sv, "use"sv,   "readonly"sv,  "const"sv};
  return language == Language::php ? std::find(kHeads.begin(), kHeads.end(), word) != kHeads.end()
                                   : word == "class";
}

// VBScript's "End Class".
std::size_t end_of_class(std::span<const Token> tokens, std::size_t at) {
  const auto is = [&](std::size_t i, std::string_view name) {
    return tokens[i].kind == TokenKind::name && tokens[i].text == name;
  };
  for (++at; at < tokens.size(); ++at) {
    if (is(at, "class") && is(at - 1, "end")) break;
  }
  return at;
}

// The ";" of a short one, the "}" of one with a body.
std::size_t end_of_declaration(std::span<const Token> tokens, std::size_t at) {
  for (; at < tokens.size(); ++at) {
    const Token& token = tokens[at];
    if (token.kind == TokenKind::separator || token.kind == TokenKind::seam) return at;
    if (token.kind == TokenKind::op && token.code == op("{")) return token.match > at ? token.match : at;
  }
  return at;
}

// What files of an application do at their head, before they declare.
class Preamble {
 public:
  explicit Preamble(std::span<const Token> tokens) : tokens_(tokens) {}

  // The end of what stands at `at`, if it is a part of a preamble; otherwise `at`.
  std::size_t skip(std::size_t at) const {
    if (is(at, {"require_once", "include_once", "require", "include"})) return skip_include(at);
    if (is(at, {"define"}) && at + 1 < tokens_.size() && plain(at + 2, tokens_[at + 1].match))
      return std::max<std::size_t>(at, tokens_[at + 1].match);
    if (is(at, {"exit", "die", "return"})) return end_of_plain_statement(at);
    return is(at, {"if"}) ? skip_condition(at) : at;
  }

 private:
  bool is(std::size_t at, std::initializer_list<std::string_view> words) const {
    return at < tokens_.size() && tokens_[at].kind == TokenKind::name &&
           std::find(words.begin(), words.end(), tokens_[at].text) != words.end();
  }
  bool at_op(std::size_t at, std::string_view which) const {
    return at < tokens_.size() && tokens_[at].kind == TokenKind::op && tokens_[at].code == op(which);
  }
  // No variables, and no calls but questions whether something is there.
  bool plain(std::size_t from, std::size_t to) const {
    for (std::size_t at = from; at < to && at < tokens_.size(); ++at) {
      if (tokens_[at].kind == TokenKind::variable) return false;
      const bool asks = is(at, {"defined", "class_exists", "function_exists", "extension_loaded", "dirname",
                                "interface_exists", "exit", "die", "or"});
      if (at_op(at + 1, "(") && tokens_[at].kind != TokenKind::op && !asks) return false;
    }
    return true;
  }
  std::size_t end_of_plain_statement(std::size_t at) const {
    std::size_t end = at;
    while (end < tokens_.size() && tokens_[end].kind != TokenKind::separator &&
           tokens_[end].kind != TokenKind::seam)
      ++end;
    return plain(at + 1, end) ? end : at;
  }
  // A script by its name: another file may be a hidden one.
  std::size_t skip_include(std::size_t at) const {
    const std::size_t end = end_of_plain_statement(at);
    std::size_t last = end;
    while (last > at && tokens_[last - 1].kind == TokenKind::op) --last;
    const bool script =
        last > at && tokens_[last - 1].kind == TokenKind::text &&
        (tokens_[last - 1].text.ends_with(".php") || tokens_[last - 1].text.ends_with(".inc"));
    return script ? end : at;
  }
  std::size_t skip_condition(std::size_t at) const {
    if (!at_op(at + 1, "(")) return at;
    const std::size_t close = tokens_[at + 1].match;
    if (close <= at || !plain(at + 2, close)) return at;
    if (!at_op(close + 1, "{")) {
      const std::size_t end = skip(close + 1);
      return end > close + 1 ? end : at;
    }
    const std::size_t end = tokens_[close + 1].match;
    return end > close && declares(close + 2, end) ? end : at;
  }
  bool declares(std::size_t from, std::size_t to) const;

  std::span<const Token> tokens_;
};

// Between the two, only declarations and what may stand before them. Nothing at all is no harm either.
bool Preamble::declares(std::size_t from, std::size_t to) const {
  for (std::size_t at = from; at < to; ++at) {
    if (tokens_[at].kind == TokenKind::separator || tokens_[at].kind == TokenKind::seam) continue;
    if (tokens_[at].kind == TokenKind::name && heads_declaration(tokens_[at].text, Language::php)) {
      at = end_of_declaration(tokens_, at);
      continue;
    }
    const std::size_t end = skip(at);
    if (end == at) return false;
    at = end;
  }
  return true;
}

}  // namespace

bool may_act(std::span<const Token> tokens, std::span<const std::string_view> fields) {
  return FirstLook(tokens, fields).may_act();
}

bool only_declares(std::span<const Token> tokens, Language language) {
  if (language != Language::php && language != Language::vbscript) return false;
  bool declares = false;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (tokens[at].kind == TokenKind::separator || tokens[at].kind == TokenKind::seam) continue;
    if (const std::size_t end = language == Language::php ? Preamble(tokens).skip(at) : at; end != at) {
      declares |= std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(at),
                              tokens.begin() + static_cast<std::ptrdiff_t>(end), [](const Token& token) {
                                return token.kind == TokenKind::name &&
                                       (token.text == "class" || token.text == "function");
                              });
      at = end;
      continue;
    }
    if (tokens[at].kind != TokenKind::name || !heads_declaration(tokens[at].text, language)) return false;
    declares = true;
    at = language == Language::php ? end_of_declaration(tokens, at) : end_of_class(tokens, at);
  }
  return declares;
}

bool is_part_of_application(std::span<const Token> tokens) {
  const auto names = [&](std::size_t at, std::initializer_list<std::string_view> words) {
    return at < tokens.size() && tokens[at].kind == TokenKind::name &&
           std::find(words.begin(), words.end(), tokens[at].text) != words.end();
  };
  bool object = false;
  bool declared = false;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    object |= tokens[at].kind == TokenKind::variable && tokens[at].text == "this";
    declared |= names(at, {"class", "trait"});
    if (!names(at, {"defined"}) || at + 1 >= tokens.size() || tokens[at + 1].match == 0) continue;
    std::size_t next = tokens[at + 1].match + 1;
    while (next < tokens.size() && next < at + 8 &&
           (tokens[next].kind == TokenKind::op || names(next, {"or"})))
      ++next;
    if (names(next, {"exit", "die", "return"})) return true;
  }
  return object && !declared;
}

std::size_t combined_texts(std::span<const Token> tokens) {
  std::size_t count = 0;
  for (std::size_t at = 1; at + 2 < tokens.size(); ++at) {
    const Token& token = tokens[at];
    const bool bitwise = token.kind == TokenKind::op &&
                         (token.code == op("|") || token.code == op("&") || token.code == op("^"));
    if (!bitwise) continue;
    const bool inverted = tokens[at + 1].kind == TokenKind::op && tokens[at + 1].code == op("~");
    const TokenKind left = tokens[at - 1].kind;
    const TokenKind right = tokens[at + (inverted ? 2 : 1)].kind;
    const bool texts = (left == TokenKind::text && (right == TokenKind::text || right == TokenKind::name)) ||
                       (left == TokenKind::name && right == TokenKind::text);
    count += texts;
  }
  return count;
}

}  // namespace afterpatch::detect::scripts

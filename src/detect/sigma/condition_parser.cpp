#include "detect/sigma/condition_parser.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "detect/sigma/pattern_matcher.h"

namespace afterpatch::detect::sigma {
namespace {

bool is_name_character(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Cuts the text into parentheses and words; an unexpected character is a word of its own.
std::vector<std::string_view> tokens_of(std::string_view text) {
  std::vector<std::string_view> tokens;
  for (std::size_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_name_character(text[end])) ++end;
    if (end == at) ++end;
    tokens.push_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

// Whether `name` fits a selector's pattern, where only * is special.
bool fits(std::string_view pattern, std::string_view name) {
  Pattern cased = parse_pattern(pattern);
  cased.cased = true;
  return matches(cased, name);
}

// Recursive descent, one function per level of precedence.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<Selection>& selections, std::uint64_t line)
      : tokens_(tokens_of(text)), selections_(selections), line_(line) {}

  Parsed<Condition> parse() {
    if (tokens_.empty()) return error("the condition is empty");
    if (tokens_.size() > kMaxConditionTokens)
      return error("the condition has more than {} words", kMaxConditionTokens);
    auto condition = parse_or(0);
    if (condition && at_ < tokens_.size()) return unexpected_token();
    return condition;
  }

 private:
  using Kind = Condition::Kind;

  template <typename... Arguments>
  std::unexpected<RuleError> error(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
    return refuse(line_, fmt::format(text, std::forward<Arguments>(arguments)...));
  }

  std::unexpected<RuleError> unexpected_token() const {
    if (at_ >= tokens_.size()) return error("the condition ends too early");
    if (tokens_[at_] == "|")
      return error("aggregations after '|' were removed from Sigma 2; a correlation rule takes their place");
    return error("the condition has an unexpected '{}'", tokens_[at_]);
  }

  bool take(std::string_view word) {
    if (at_ >= tokens_.size() || !equals_ignoring_case(tokens_[at_], word)) return false;
    ++at_;
    return true;
  }

  bool peek_of() const { return at_ + 1 < tokens_.size() && equals_ignoring_case(tokens_[at_ + 1], "of"); }

  using Level = Parsed<Condition> (Parser::*)(std::size_t);

  // One or more of the next level, joined by `word`.
  Parsed<Condition> parse_joined(std::string_view word, Kind kind, Level next, std::size_t depth) {
    auto first = (this->*next)(depth);
    if (!first || at_ >= tokens_.size() || !equals_ignoring_case(tokens_[at_], word)) return first;
    Condition joined{kind, 0, {}};
    joined.parts.push_back(std::move(*first));
    while (take(word)) {
      auto part = (this->*next)(depth);
      if (!part) return part;
      joined.parts.push_back(std::move(*part));
    }
    return joined;
  }

  Parsed<Condition> parse_or(std::size_t depth) {
    return parse_joined("or", Kind::any_of, &Parser::parse_and, depth);
  }
  Parsed<Condition> parse_and(std::size_t depth) {
    return parse_joined("and", Kind::all_of, &Parser::parse_not, depth);
  }

  Parsed<Condition> parse_not(std::size_t depth) {
    if (depth > kMaxConditionDepth)
      return error("the condition is nested deeper than {} levels", kMaxConditionDepth);
    if (!take("not")) return parse_operand(depth);
    auto inner = parse_not(depth + 1);
    if (!inner) return inner;
    Condition negation{Kind::negation, 0, {}};
    negation.parts.push_back(std::move(*inner));
    return negation;
  }

  Parsed<Condition> parse_operand(std::size_t depth) {
    if (take("(")) {
      auto inner = parse_or(depth + 1);
      if (inner && !take(")")) return error("a ')' is missing in the condition");
      return inner;
    }
    if (at_ >= tokens_.size()) return unexpected_token();
    if (peek_of()) return parse_selector();
    return parse_name();
  }

  Parsed<Condition> parse_name() {
    const std::string_view name = tokens_[at_];
    if (!is_name_character(name[0])) return unexpected_token();
    for (std::size_t i = 0; i < selections_.size(); ++i) {
      if (selections_[i].name == name) {
        ++at_;
        return Condition{Kind::selection, i, {}};
      }
    }
    return error("the condition names '{}', but the rule has no such selection", name);
  }

  Parsed<Condition> parse_selector() {
    const std::string_view quantifier = tokens_[at_];
    const bool all = equals_ignoring_case(quantifier, "all");
    if (!all && quantifier != "1" && !equals_ignoring_case(quantifier, "any")) {
      return error("'{} of' is not known; expected '1 of', 'any of' or 'all of'", quantifier);
    }
    at_ += 2;
    if (at_ >= tokens_.size() || !is_name_character(tokens_[at_][0])) return unexpected_token();
    return select(tokens_[at_++], all ? Kind::all_of : Kind::any_of);
  }

  Parsed<Condition> select(std::string_view pattern, Kind kind) const {
    const bool them = equals_ignoring_case(pattern, "them");
    Condition condition{kind, 0, {}};
    for (std::size_t i = 0; i < selections_.size(); ++i) {
      const std::string& name = selections_[i].name;
      const bool reachable = !name.starts_with('_') || pattern.starts_with('_');
      if (reachable && (them || fits(pattern, name))) condition.parts.push_back({Kind::selection, i, {}});
    }
    if (condition.parts.empty()) return error("no selection of the rule fits '{}'", pattern);
    return condition;
  }

  std::vector<std::string_view> tokens_;
  const std::vector<Selection>& selections_;
  std::uint64_t line_;
  std::size_t at_ = 0;
};

}  // namespace

Parsed<Condition> parse_condition(std::string_view text, const std::vector<Selection>& selections,
                                  std::uint64_t line) {
  return Parser(text, selections, line).parse();
}

}  // namespace afterpatch::detect::sigma

#include "detect/files/stix_pattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::detect::files {
namespace {

constexpr std::size_t kMaxPatternBytes = 64 * 1024;
constexpr int kMaxDepth = 16;

enum class TokenKind {
  end,
  open_bracket,
  close_bracket,
  open_round,
  close_round,
  equals,
  comma,
  word,
  text,
  other
};
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':' || c == '*';
}

class Lexer {
 public:
  explicit Lexer(std::string_view input) : input_(input) {}

  Token next() {
    while (at_ < input_.size() &&
           (input_[at_] == ' ' || input_[at_] == '\t' || input_[at_] == '\n' || input_[at_] == '\r'))
      ++at_;
    if (at_ == input_.size()) return {};
    constexpr std::array<std::pair<char, TokenKind>, 6> kSigns = {{{'[', TokenKind::open_bracket},
                                                                   {']', TokenKind::close_bracket},
                                                                   {'(', TokenKind::open_round},
                                                                   {')', TokenKind::close_round},
                                                                   {'=', TokenKind::equals},
                                                                   {',', TokenKind::comma}}};
    for (const auto& [sign, kind] : kSigns) {
      if (input_[at_] == sign) return {kind, std::string(1, input_[at_++])};
    }
    if (input_[at_] == '\'') return quoted();
    if (is_word_character(input_[at_])) return word();
    return {TokenKind::other, std::string(1, input_[at_++])};
  }

 private:
  Token quoted() {
    Token token{.kind = TokenKind::text, .text = {}};
    for (++at_; at_ < input_.size(); ++at_) {
      if (input_[at_] == '\'') return ++at_, token;
      if (input_[at_] == '\\' && at_ + 1 < input_.size()) ++at_;
      token.text.push_back(input_[at_]);
    }
    return {TokenKind::other, "an unclosed quote"};
  }

  // An object path may hold quoted parts and list steps: file:hashes.'SHA-256',
  // extensions.'http-request-ext', x[*].y
  Token word() {
    Token token{.kind = TokenKind::word, .text = {}};
    while (at_ < input_.size()) {
      if (is_word_character(input_[at_])) {
        token.text.push_back(input_[at_++]);
      } else if (input_[at_] == '\'' && token.text.ends_with('.')) {
        token.text += quoted().text;
      } else if (input_.substr(at_).starts_with("[*]")) {
        at_ += 3;
      } else {
        break;
      }
    }
    return token;
  }

  std::string_view input_;
  std::size_t at_ = 0;
};

// How much a term tells by itself; 0 = nothing that can be looked for.
int weight(const std::vector<StixTerm>& terms) {
  int least = terms.empty() ? 0 : 9;
  for (const StixTerm& term : terms) {
    const bool digest = term.type == IndicatorType::sha256 || term.type == IndicatorType::sha1 ||
                        term.type == IndicatorType::md5;
    const bool name = term.type == IndicatorType::file_name || term.type == IndicatorType::user_agent;
    least = std::min(least, digest ? 4 : name ? 1 : term.type == IndicatorType::url ? 3 : 2);
  }
  return least;
}

std::optional<IndicatorType> type_of_path(std::string_view path) {
  const std::string lower = to_lower_ascii(path);
  constexpr std::array<std::pair<std::string_view, IndicatorType>, 7> kPaths = {
      {{"file:name", IndicatorType::file_name},
       {"ipv4-addr:value", IndicatorType::ip},
       {"ipv6-addr:value", IndicatorType::ip},
       {"domain-name:value", IndicatorType::domain},
       {"url:value", IndicatorType::url},
       {"network-traffic:src_ref.value", IndicatorType::ip},
       {"network-traffic:dst_ref.value", IndicatorType::ip}}};
  for (const auto& [known, type] : kPaths) {
    if (lower == known) return type;
  }
  if (lower.starts_with("file:hashes.")) {
    const auto digest = parse_indicator_type(lower.substr(12));
    if (digest == IndicatorType::md5 || digest == IndicatorType::sha1 || digest == IndicatorType::sha256)
      return digest;
  }
  if (lower.starts_with("network-traffic:") && lower.ends_with("request_header.user-agent"))
    return IndicatorType::user_agent;
  return std::nullopt;
}

using Terms = Result<std::vector<StixTerm>>;

// Recursive descent: observations are [ ... ] joined by OR; in them AND binds closer than OR.
class Parser {
 public:
  explicit Parser(std::string_view pattern) : lexer_(pattern) { advance(); }

  Result<StixPattern> parse() {
    Terms terms = observation();
    while (terms && accept_word("OR")) {
      Terms more = observation();
      if (!more) return std::unexpected(more.error());
      terms->insert(terms->end(), more->begin(), more->end());
    }
    if (!terms) return std::unexpected(terms.error());
    if (token_.kind != TokenKind::end) return fail(unusable_operator());
    if (!terms->empty()) return StixPattern{std::move(*terms), std::move(unknown_path_)};
    return fail(unknown_path_.empty()
                    ? "names nothing"
                    : fmt::format("compares {}, which Afterpatch can't look for", unknown_path_));
  }

 private:
  void advance() { token_ = lexer_.next(); }
  bool accept(TokenKind kind) {
    if (token_.kind != kind) return false;
    advance();
    return true;
  }
  bool accept_word(std::string_view word) {
    if (token_.kind != TokenKind::word || !equals_ignoring_case(token_.text, word)) return false;
    advance();
    return true;
  }
  std::string unusable_operator() const {
    if (token_.kind == TokenKind::end) return "ends too early";
    return fmt::format(
        "uses '{}' where Afterpatch can follow only single comparisons with '=' or IN, AND and OR",
        token_.text.substr(0, 40));
  }

  Terms observation() {
    if (++depth_ > kMaxDepth) return fail("is nested too deeply");
    if (accept(TokenKind::open_round)) {
      Terms inner = observation();
      while (inner && accept_word("OR")) {
        Terms more = observation();
        if (!more) return more;
        inner->insert(inner->end(), more->begin(), more->end());
      }
      if (inner && !accept(TokenKind::close_round)) return fail(unusable_operator());
      --depth_;
      return inner;
    }
    if (!accept(TokenKind::open_bracket)) return fail(unusable_operator());
    Terms terms = alternatives();
    if (terms && !accept(TokenKind::close_bracket)) return fail(unusable_operator());
    --depth_;
    return terms;
  }

  Terms alternatives() {
    Terms terms = conjunction();
    while (terms && accept_word("OR")) {
      Terms more = conjunction();
      if (!more) return more;
      terms->insert(terms->end(), more->begin(), more->end());
    }
    return terms;
  }

  Terms conjunction() {
    Terms best = comparison();
    while (best && accept_word("AND")) {
      Terms more = comparison();
      if (!more) return more;
      if (weight(*more) > weight(*best)) std::swap(*best, *more);
      for (StixTerm& term : *best) term.partial = true;
    }
    return best;
  }

  Terms comparison() {
    if (accept(TokenKind::open_round)) {
      if (++depth_ > kMaxDepth) return fail("is nested too deeply");
      Terms inner = alternatives();
      if (inner && !accept(TokenKind::close_round)) return fail(unusable_operator());
      --depth_;
      return inner;
    }
    if (token_.kind != TokenKind::word) return fail(unusable_operator());
    const std::string path = token_.text;
    advance();
    if (accept(TokenKind::equals)) return one_value(path);
    if (accept_word("IN") && accept(TokenKind::open_round)) return value_list(path);
    return fail(unusable_operator());
  }

  Terms one_value(const std::string& path) {
    std::vector<StixTerm> terms;
    const bool is_text = token_.kind == TokenKind::text;
    if (!is_text && token_.kind != TokenKind::word) return fail(unusable_operator());
    const auto type =
        is_text ? type_of_path(path) : std::nullopt;  // numbers and times are nothing to look for
    if (type) terms.push_back({*type, token_.text});
    if (!type) unknown_path_ = path.substr(0, 80);
    advance();
    return terms;
  }

  Terms value_list(const std::string& path) {
    std::vector<StixTerm> terms;
    do {
      Terms one = one_value(path);
      if (!one) return one;
      terms.insert(terms.end(), one->begin(), one->end());
    } while (accept(TokenKind::comma));
    if (!accept(TokenKind::close_round)) return fail(unusable_operator());
    return terms;
  }

  Lexer lexer_;
  Token token_;
  int depth_ = 0;
  std::string unknown_path_;
};

}  // namespace

Result<StixPattern> parse_stix_pattern(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes)
    return fail(fmt::format("is longer than {} bytes", kMaxPatternBytes));
  return Parser(pattern).parse();
}

}  // namespace afterpatch::detect::files

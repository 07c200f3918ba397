// Expressions: operators and what they make of their operands. What they stand between is in operands.cpp and
// members.cpp, calls are in calls.cpp.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/operators.h"

namespace afterpatch::detect::scripts {

using std::string_view_literals::operator""sv;

bool is_type_cast(std::string_view name) {
  constexpr std::array kCasts = {"int"sv,    "integer"sv, "string"sv, "bool"sv,   "boolean"sv, "float"sv,
                                 "double"sv, "array"sv,   "object"sv, "binary"sv, "unset"sv};
  return std::find(kCasts.begin(), kCasts.end(), name) != kCasts.end();
}

bool is_assignment(std::uint32_t code) {
  switch (code) {
    case op("="):
    case op(".="):
    case op("+="):
    case op("-="):
    case op("*="):
    case op("/="):
    case op("%="):
    case op("|="):
    case op("&="):
    case op("^="):
    case op("?\?="):
      return true;
    default:
      return false;
  }
}

int Interpreter::level_of(const Token& token) const {
  const bool basic = is_basic(language_);
  if (token.kind == TokenKind::name) {
    if (token.text == "and" || token.text == "andalso")
      return basic ? kAnd : language_ == Language::php ? 1 : -1;
    if (token.text == "or" || token.text == "orelse" || token.text == "xor")
      return basic ? kOr : language_ == Language::php ? 1 : -1;
    if (token.text == "mod" && basic) return kProduct;
    if (token.text == "instanceof" ||
        ((token.text == "is" || token.text == "like") && (basic || language_ == Language::csharp)))
      return kRelation;
    return -1;
  }
  if (token.kind != TokenKind::op) return -1;
  switch (token.code) {
    case op("="):
      return basic ? kEquality : kAssignment;
    case op("?"):
    case op("?:"):
    case op("=>"):
    case op("->"):
      return kConditional;
    case op("??"):
      return kCoalesce;
    case op("||"):
      return kOr;
    case op("&&"):
      return kAnd;
    case op("&"):
      return basic ? kSum : kBits;
    case op("|"):
    case op("^"):
      return kBits;
    case op("=="):
    case op("!="):
    case op("==="):
    case op("!=="):
    case op("<=>"):
    case op("<>"):
      return kEquality;
    case op("<"):
    case op(">"):
    case op("<="):
    case op(">="):
      return kRelation;
    case op("<<"):
    case op(">>"):
    case op("+"):
    case op("-"):
      return kSum;
    case op("."):
      return language_ == Language::php ? kSum : -1;
    case op("*"):
    case op("/"):
    case op("\\"):
    case op("%"):
      return kProduct;
    default:
      return is_assignment(token.code) && !basic ? kAssignment : -1;
  }
}

Value Interpreter::joined(const Value& a, const Value& b) {
  Value out = b.path.empty() && !b.constant() ? a : b;
  out.slot = 0;
  out.traits = static_cast<std::uint16_t>((out.traits & ~kFlowing) | joined_traits(a.traits, b.traits));
  if (out.source == 0) out.source = a.source != 0 ? a.source : b.source;
  return out;
}

Value Interpreter::expression(int least) {
  if (++depth_ > kMaxDepth) {
    --depth_;
    ++at_;
    return {};
  }
  Value left = unary();
  while (true) {
    const Token& operation = peek();
    const int level = level_of(operation);
    if (level < 0 || level < least) break;
    ++at_;
    if (operation.kind == TokenKind::op && level == kAssignment) {
      const Element element = left.slot != 0 && element_.slot == left.slot ? element_ : Element{};
      element_ = {};
      const std::vector<std::uint64_t> listed = std::exchange(listed_, {});
      const Value right = expression(kAssignment);
      const bool combines = operation.code != op("=");
      Value value = !combines ? right
                    : operation.code == op(".=") || operation.code == op("+=")
                        ? concatenate(left, right)
                        : binary(left, operation, right);
      // What a loop puts together piece by piece is walked through once only.
      if (combines && loop_ > 0 && language_ == Language::php && value.constant() && !value.has(kNumber))
        value = made_of(value.traits | kBuilt, value.source);
      assign(left, value);
      if (element.owner != 0) assign_element(element, value);
      if (!listed.empty()) assign_items(listed, value);
      if (const Word* word = find_word(left.place, language_, true)) act_on_value(*word, value, operation.at);
      left = value;
      left.slot = 0;
    } else if (level == kConditional) {
      if (operation.code == op("?")) {
        const Value yes = expression(kConditional);
        if (accept(op(":"))) {
          left = joined(yes, expression(kConditional));
        } else {
          left = yes;
        }
      } else if (operation.code == op("?:")) {
        left = joined(left, expression(kConditional));
      } else if (language_ == Language::java && operation.code == op("->")) {
        left = java_lambda(left);
      } else if (at_op(op("{"))) {
        block();  // a lambda's body
      } else {
        left = expression(kConditional);
      }
    } else if (level == kCoalesce) {
      left = joined(left, expression(kCoalesce));
    } else {
      left = binary(left, operation, expression(level + 1));
    }
  }
  --depth_;
  return left;
}

Value Interpreter::binary(Value left, const Token& operation, const Value& right) {
  if (operation.kind == TokenKind::name) {
    if (operation.text == "xor") return made_of(left.traits | right.traits, left.source | right.source);
    return operation.text == "mod" ? arithmetic(left, right, op("%")) : Value{};
  }
  switch (operation.code) {
    case op("."):
      return concatenate(left, right);
    case op("+"):
      if (left.has(kNumber) && right.has(kNumber)) return arithmetic(left, right, op("+"));
      return concatenate(left, right);
    case op("&"):
      if (is_basic(language_)) return concatenate(left, right);
      [[fallthrough]];
    case op("|"):
    case op("^"):
    case op("|="):
    case op("^="):
    case op("&="):
      if (left.constant() && right.constant() && !left.has(kNumber) &&
          ((left.traits | right.traits) & kOutside) == 0) {
        return constant(
            arena_.keep(fold_bits(left.text, right.text, static_cast<char>(operation.code & 0xffU))));
      }
      if (left.has(kNumber) && right.has(kNumber)) return arithmetic(left, right, operation.code & 0xffU);
      return made_of(left.traits | right.traits | (left.constant() || right.constant() ? kBuilt : 0),
                     left.source | right.source);
    case op("*"):
    case op("/"):
    case op("%"):
    case op("-"):
    case op("<<"):
    case op(">>"):
      return arithmetic(left, right, operation.code);
    default:
      return {};
  }
}

Value Interpreter::arithmetic(const Value& left, const Value& right, std::uint32_t operation) {
  if (!left.constant() || !right.constant()) return {};
  const auto first = to_number(left.text);
  const auto second = to_number(right.text);
  if (!first || !second) return {};
  const long long a = *first;
  const long long b = *second;
  long long out = 0;
  switch (operation) {
    case op("+"):
      out = a + b;
      break;
    case op("-"):
      out = a - b;
      break;
    case op("*"):
      if (std::max(std::abs(a), std::abs(b)) > 1'000'000'000) return {};
      out = a * b;
      break;
    case op("/"):
      if (b == 0) return {};
      out = a / b;
      break;
    case op("%"):
      if (b == 0) return {};
      out = a % b;
      break;
    case op("^"):
      out = a ^ b;
      break;
    case op("|"):
      out = a | b;
      break;
    case op("&"):
      out = a & b;
      break;
    default:
      return {};
  }
  return constant(arena_.keep(std::to_string(out)), kNumber);
}

namespace {

// "https://host/": what comes behind does not decide which machine is meant.
bool names_host(const Value& address) {
  const auto scheme = address.constant() ? address.text.find("://") : std::string_view::npos;
  return scheme != std::string_view::npos &&
         address.text.find_first_of("/?", scheme + 4) != std::string_view::npos;
}

}  // namespace

Value Interpreter::concatenate(const Value& left, const Value& right) {
  const std::uint16_t traits = left.traits | right.traits;
  if (left.constant() && right.constant() && !left.has(kList) && !right.has(kList) &&
      left.text.size() + right.text.size() <= kMaxFoldedBytes &&
      arena_.has_room(left.text.size() + right.text.size())) {
    if (right.text.empty() && !left.has(kNumber)) return left;
    if (left.text.empty() && !right.has(kNumber)) return right;
    Value out = constant(arena_.joined(left.text, right.text));
    out.traits |= traits & kFlowing;
    return out;
  }
  Value out =
      made_of(joined_traits(left.traits, right.traits), left.source != 0 ? left.source : right.source);
  // What comes first decides where a path or command begins.
  const bool begins = (left.has(kOutside) && !left.has(kPart)) || (left.constant() && left.text.empty());
  if (!begins && right.has(kOutside) && (language_ == Language::php || names_host(left))) out.traits |= kPart;
  if (left.has(kOutside) && left.has(kPart)) out.traits |= kPart;
  if (left.has(kOutside) && !left.has(kPart)) out.traits = static_cast<std::uint16_t>(out.traits & ~kPart);
  // A constant end decides what kind of file a path names.
  if (right.constant()) out.text = right.text;
  return out;
}

Value Interpreter::unary() {
  const Token& token = peek();
  if (token.kind == TokenKind::op) {
    switch (token.code) {
      case op("!"):
        ++at_;
        expression(kProduct);
        return {};
      case op("-"):
      case op("+"): {
        ++at_;
        const Value value = expression(kProduct);
        if (token.code == op("-") && value.has(kNumber))
          return constant(arena_.keep(std::string("-").append(value.text)), kNumber);
        return value;
      }
      case op("~"): {
        ++at_;
        const Value value = expression(kProduct);
        // A bare name that PHP knows no constant for is its own text.
        const bool bare = language_ == Language::php && value.traits == 0 && value.slot == 0;
        if ((!value.constant() && !bare) || value.has(kNumber)) return made_of(value.traits, value.source);
        std::string inverted(bare ? value.path : value.text);
        for (char& c : inverted) c = static_cast<char>(~c);
        return constant(arena_.keep(std::move(inverted)));
      }
      case op("@"):
      case op("&"):
      case op("*"):
      case op("++"):
      case op("--"):
      case op("..."):
        ++at_;
        return expression(kProduct);
      case op("("):
        if (is_cast()) {
          const std::string_view type = last_part(tokens_[tokens_[at_].match - 1].text);
          leave_bracket(end_of_bracket());
          Value value = expression(kProduct);
          if (type == "int" || type == "integer" || type == "float" || type == "double" || type == "bool" ||
              type == "long")
            return {};
          if (language_ == Language::java) return cast_java(value, type);
          if (value.path.empty() && language_ != Language::php) value.path = type;
          return value;
        }
        break;
      default:
        break;
    }
  }
  return postfix(primary(), true);
}

// "(int) x", "(Type) x": a type's name in brackets, and a value after it.
bool Interpreter::is_cast() const {
  const std::size_t close = tokens_[at_].match;
  if (is_basic(language_) || close == 0 || close > at_ + 8 || close == at_ + 1) return false;
  for (std::size_t i = at_ + 1; i < close; ++i) {
    const Token& token = tokens_[i];
    const bool part = token.kind == TokenKind::name ||
                      (token.kind == TokenKind::op &&
                       (token.code == op(".") || token.code == op("[") || token.code == op("]") ||
                        token.code == op("<") || token.code == op(">") || token.code == op("?")));
    if (!part) return false;
  }
  if (language_ == Language::php) return close == at_ + 2 && is_type_cast(tokens_[at_ + 1].text);
  if (close + 1 >= tokens_.size()) return false;
  const Token& next = tokens_[close + 1];
  return next.kind == TokenKind::name || next.kind == TokenKind::text || next.kind == TokenKind::number ||
         (next.kind == TokenKind::op && next.code == op("("));
}

}  // namespace afterpatch::detect::scripts

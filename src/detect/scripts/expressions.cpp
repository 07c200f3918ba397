// Expressions: operators, members, objects. Calls are in calls.cpp.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

constexpr int kAssignment = 1;
constexpr int kConditional = 2;
constexpr int kCoalesce = 3;
constexpr int kOr = 4;
constexpr int kAnd = 5;
constexpr int kBits = 6;
constexpr int kEquality = 8;
constexpr int kRelation = 9;
constexpr int kSum = 11;
constexpr int kProduct = 12;

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

bool brings_upload(std::string_view name) {
  constexpr std::array kNames = {"files"sv,    "postedfile"sv, "filebytes"sv,
                                 "filename"sv, "getpart"sv,    "getparts"sv};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool is_type_cast(std::string_view name) {
  constexpr std::array kCasts = {"int"sv,    "integer"sv, "string"sv, "bool"sv,   "boolean"sv, "float"sv,
                                 "double"sv, "array"sv,   "object"sv, "binary"sv, "unset"sv};
  return std::find(kCasts.begin(), kCasts.end(), name) != kCasts.end();
}

}  // namespace

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
  const bool begins = left.has(kOutside) || (left.constant() && left.text.empty());
  if (!begins && right.has(kOutside) && language_ == Language::php) out.traits |= kPart;
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

Value Interpreter::primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::text:
      ++at_;
      if (token.text.size() > 100) script_in_style_sheet(token.text, token.at);
      return constant(token.text);
    case TokenKind::number: {
      ++at_;
      const auto number = to_number(token.text);
      return number ? constant(arena_.keep(std::to_string(*number)), kNumber) : Value{};
    }
    case TokenKind::variable:
      ++at_;
      return php_variable(token.text, token.at);
    case TokenKind::name:
      return name_value(token);
    case TokenKind::op:
      break;
    default:
      return {};
  }
  if (token.code == op("$")) return variable_variable();
  if (token.code == op("(")) {
    const std::size_t close = end_of_bracket();
    ++at_;
    Value value;
    while (at_ < close) {
      const std::size_t before = at_;
      value = expression();
      if (at_ == before || at_op(op(","))) ++at_;
    }
    leave_bracket(close);
    return value;
  }
  if (token.code == op("[")) {
    ++at_;
    return list(op("]"));
  }
  if (token.code == op("{")) {
    if (is_basic(language_) || (language_ != Language::php)) {
      ++at_;
      return list(op("}"));
    }
    return {};
  }
  if (token.code == op(".") && is_basic(language_) && !with_.empty()) return with_.back();
  return {};
}

// "[a, b]", "array(a, 'k' => b)", "new T[] {a, b}": one value with all that flows in.
Value Interpreter::list(std::uint32_t close) {
  const std::size_t end = tokens_[at_ - 1].match > at_ - 1 ? tokens_[at_ - 1].match : tokens_.size();
  (void)close;
  const bool php = language_ == Language::php;
  std::string items;
  std::size_t numbers = 0;
  bool known = true;
  bool nested = false;
  std::vector<std::uint64_t> slots;
  std::string_view callable;  // array($object, 'method')
  int count = 0;
  Value all;
  while (at_ < end) {
    const std::size_t before = at_;
    if (at_op(op(","))) slots.push_back(0);  // list(, $b)
    Value value = expression(kCoalesce);
    std::string_view key;
    bool keyed = false;
    if (at_op(op("=>")) || (at_op(op(":")) && language_ == Language::jscript)) {
      ++at_;
      keyed = value.constant();
      key = value.text;
      all = joined(all, made_of(value.traits, value.source));
      value = expression();
    }
    callable = count == 0 ? (value.path.empty() && !value.constant() ? "object" : value.path)
               : count == 1 && !callable.empty() && (value.constant() || !value.path.empty())
                   ? join_path(callable, value.constant() ? lower(value.text, arena_) : value.path)
                   : std::string_view();
    ++count;
    if (slots.size() < kMaxArguments) slots.push_back(value.slot);
    all = joined(all, made_of(value.traits, value.source));
    numbers += value.has(kNumber);
    nested |= php && value.has(kList);
    known &= value.constant() && !nested && items.size() < 65536;
    if (keyed && language_ == Language::jscript && members_.size() < 64)
      members_.emplace_back(lower(key, arena_), value);
    if (known) {
      if (keyed) (items += key) += kKeyEnd;
      (items += value.text) += kListEnd;
    }
    if (at_ == before || at_op(op(","))) ++at_;
  }
  leave_bracket(end);
  if (php && at_op(op("="))) {
    listed_ = std::move(slots);
    return {};
  }
  if (php && count == 2) all.path = callable;
  if (nested) all.traits |= kBuilt;  // which of the inner items is meant can't be told
  // Bytes written as numbers, too many to be read by a person.
  if (language_ == Language::java && numbers >= kShortestProgram) all.traits |= kEncoded;
  if (!known || items.empty()) return all;
  Value out = constant(arena_.keep(std::move(items)), kList);
  out.traits = static_cast<std::uint16_t>((out.traits & ~kEncoded) | all.traits);
  return out;
}

Value Interpreter::php_variable(std::string_view name, std::uint32_t at) {
  if (is_superglobal(name))
    return {.text = {},
            .path = {},
            .place = {},
            .slot = 0,
            .owner = 0,
            .source = base_ + at,
            .traits = static_cast<std::uint16_t>(kRequest | (name == "_FILES" ? kUpload : 0))};
  if (name == "_SERVER" || name == "HTTP_SERVER_VARS" || name == "_ENV")
    return {.text = {},
            .path = "$_server",
            .place = {},
            .slot = 0,
            .owner = 0,
            .source = base_ + at,
            .traits = 0};
  if (name == "GLOBALS")
    return {.text = {},
            .path = "$globals",
            .place = {},
            .slot = 0,
            .owner = 0,
            .source = base_ + at,
            .traits = 0};
  const std::uint64_t slot = slot_of(name);
  if (name == "this" && !class_name_.empty())
    return {.text = {}, .path = class_name_, .place = {}, .slot = slot, .owner = 0, .source = 0, .traits = 0};
  if (const Value* known = find(slot)) return *known;
  Value unknown;
  unknown.slot = slot;
  // A variable of the page that nothing has set and that a form of the page sends.
  if (fields_.contains(name) && slot != 0 && (scope_ == 0 || globals_.contains(local_slot(name)))) {
    unknown.traits |= kRequest;
    variables_[slot].value = unknown;
  } else if (noting_ && layer_ == 0 && name != "this" && class_name_.empty() &&
             (scope_ == 0 || globals_.contains(local_slot(name)))) {
    unknown.traits |= bare_ ? kRequest : kUnset;
  }
  if (everything_of_request_) unknown.traits |= kRequest;
  return unknown;
}

// "$$name", "${expression}".
Value Interpreter::variable_variable() {
  const std::uint32_t at = peek().at;
  ++at_;
  Value name;
  if (at_op(op("{"))) {
    const std::size_t close = end_of_bracket();
    ++at_;
    while (at_ < close) {
      const std::size_t before = at_;
      name = expression();
      if (at_ == before) ++at_;
    }
    leave_bracket(close);
  } else if (at_op(op("$"))) {
    name = variable_variable();
  } else if (peek().kind == TokenKind::variable) {
    name = php_variable(peek().text, peek().at);
    ++at_;
  }
  if (name.constant()) return php_variable(name.text, at);
  // foreach ($_POST as $name => $value) $$name = $value;
  if (name.has(kRequest) && at_op(op("="))) everything_of_request_ = true;
  return made_of(name.traits | kBuilt, name.source);
}

Value Interpreter::name_value(const Token& token) {
  const std::string_view name = token.text;
  if (name == "new") return new_object();
  if (name == "null" || name == "nothing" || name == "nil") {
    ++at_;
    return {};
  }
  if (language_ == Language::php && (name == "array" || name == "list") && at_op(op("("), 1)) {
    at_ += 2;
    return list(op(")"));
  }
  if (language_ == Language::php &&
      (name == "include" || name == "include_once" || name == "require" || name == "require_once" ||
       name == "eval" || name == "print" || name == "exit" || name == "die" || name == "echo")) {
    ++at_;
    Arguments given;
    given.values[0] = expression(kConditional);
    given.count = 1;
    return call({.text = {}, .path = name, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0},
                given, token.at, false);
  }
  if (language_ == Language::php && (name == "function" || name == "fn")) return php_closure();
  const bool java = language_ == Language::java;
  if (!java && (name == "function" || name == "fn" || name == "delegate")) {
    ++at_;
    if (at_op(op("("))) leave_bracket(end_of_bracket());
    if (at_name("use") && at_op(op("("), 1)) {
      ++at_;
      leave_bracket(end_of_bracket());
    }
    if (at_op(op("{"))) block();
    return {};
  }
  if (name == "throw" || (!java && (name == "not" || name == "clone" || name == "await" || name == "ref" ||
                                    name == "out" || name == "typeof" || name == "addressof"))) {
    ++at_;
    return expression(kProduct);
  }
  if ((name == "this" || name == "me") && language_ != Language::php && language_ != Language::java &&
      at_op(op("."), 1) && peek(2).kind == TokenKind::name) {
    at_ += 2;  // a member of the page itself is known by its own name
    return name_value(peek());
  }
  if (language_ == Language::php && at_op(op(":"), 1) && !at_op(op("::"), 1)) {
    at_ += 2;  // a named argument or a label
    return expression(kConditional);
  }
  ++at_;
  if (language_ == Language::php) return php_name(name);
  if (java && name == "super" && !base_class_.empty())
    return {.text = {}, .path = base_class_, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
  const std::uint64_t slot = slot_of(name);
  if (const Value* known = find(slot)) return *known;
  return {.text = {}, .path = name, .place = {}, .slot = slot, .owner = 0, .source = 0, .traits = 0};
}

// A bare name: a constant, or what is called by it.
Value Interpreter::php_name(std::string_view name) const {
  if (const auto known = constants_.find(name); known != constants_.end() && !at_op(op("(")))
    return known->second;
  if (const auto alias = aliases_.find(name); alias != aliases_.end())
    return {.text = {}, .path = alias->second, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
  if (name == "__file__" || name == "__dir__") {
    Value here = made_of(kHere, 0);
    if (name == "__file__") here.text = ".php";  // its end
    return here;
  }
  if (name == "__class__" && !class_name_.empty()) return constant(class_name_);
  if ((name == "__function__" || name == "__method__") && !current_name_.empty())
    return constant(current_name_);
  if (name == "directory_separator") return constant("/");
  if (name == "php_eol") return constant("\n");
  return {.text = {}, .path = name, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
}

// At "new": "new T(arguments) { members }", "new T[n] {items}".
Value Interpreter::new_object() {
  const std::uint32_t at = peek().at;
  ++at_;
  Value type;
  bool through_variable = false;
  if (peek().kind == TokenKind::name && !at_name("class")) {
    type.path = peek().text;
    ++at_;
    while ((at_op(op(".")) || at_op(op("\\"))) && peek(1).kind == TokenKind::name) {
      type.path = join_path(type.path, peek(1).text);
      at_ += 2;
    }
    skip_type_arguments();
  } else if (peek().kind == TokenKind::variable) {
    type = php_variable(peek().text, peek().at);
    through_variable = true;
    ++at_;
  }
  bool array = false;
  while (at_op(op("["))) {
    array = true;
    leave_bracket(end_of_bracket());
  }
  if (array && at_op(op("{")) && language_ != Language::php) {
    ++at_;
    Value items = list(op("}"));
    if (language_ != Language::java) items.path = type.path;
    return items;
  }
  if (array && language_ == Language::java) return made_of(0, 0, type.path);
  Arguments given;
  const bool called = at_op(op("("));
  if (called) arguments(given);
  type.slot = 0;
  const bool known = !type.path.empty() || type.constant() || type.has(kRequest);
  Value object = !known ? made_of(given.flowing(), given.source()) : call(type, given, at, through_variable);
  if (language_ == Language::php && !type.path.empty()) {
    for (const std::string_view constructor : {std::string_view("__construct"), last_part(type.path)}) {
      const auto found = functions_.find(join_path(class_named(type.path), constructor));
      if (found == functions_.end()) continue;
      call_function(found->second, given);
      break;
    }
  }
  if (object.path.empty()) object.path = class_named(type.path);
  const bool text = language_ == Language::java && last_part(type.path).starts_with("string");
  if (!text) object.traits = static_cast<std::uint16_t>(object.traits & ~kConstant);
  // COM objects of PHP and late-bound ones are known by the name they were made with.
  if ((last_part(type.path) == "com" || last_part(type.path) == "activexobject") && given.count > 0 &&
      given.values[0].constant()) {
    object.path = lower(given.values[0].text, arena_);
  }
  if (at_op(op("{")) && (declares_types(language_) || is_basic(language_))) initialiser(object);
  return object;
}

// "{ Name = value, ... }" behind an object, or a class body or items.
void Interpreter::initialiser(const Value& object) {
  const std::size_t close = end_of_bracket();
  ++at_;
  while (at_ < close) {
    const std::size_t before = at_;
    if (peek().kind == TokenKind::name && at_op(op("="), 1)) {
      const std::string_view path = join_path(object.path, peek().text);
      const std::uint32_t at = peek().at;
      at_ += 2;
      const Value value = expression();
      if (const Word* word = find_word(path, language_, true)) act_on_value(*word, value, at);
    } else {
      statement(close);
    }
    if (at_ == before || at_op(op(","))) ++at_;
  }
  leave_bracket(close);
}

// "<String, byte[]>" behind a type's name.
bool Interpreter::skip_type_arguments() {
  if (language_ == Language::java && accept(op("<>"))) return true;
  if (!declares_types(language_) || !at_op(op("<"))) return false;
  int nested = 0;
  for (std::size_t ahead = 0; ahead < 24; ++ahead) {
    const Token& token = peek(ahead);
    if (token.kind == TokenKind::name) continue;
    if (token.kind != TokenKind::op) return false;
    if (token.code == op("<")) {
      ++nested;
    } else if (token.code == op(">") || token.code == op(">>")) {
      nested -= token.code == op(">") ? 1 : 2;
      if (nested <= 0) {
        at_ += ahead + 1;
        return true;
      }
    } else if (token.code != op(",") && token.code != op(".") && token.code != op("[") &&
               token.code != op("]") && token.code != op("?")) {
      return false;
    }
  }
  return false;
}

Value Interpreter::postfix(Value value, bool named) {
  std::uint64_t receiver = 0;
  while (true) {
    const Token& token = peek();
    if (token.kind == TokenKind::name && named) {
      // "Type name": a declaration. "name As Type" in Basic.
      if (is_basic(language_) && token.text == "as") {
        ++at_;
        const bool fresh = at_name("new");
        if (fresh) {
          Value object = new_object();
          object.slot = value.slot;
          assign(value, object);
          value = object;
        } else {
          Value type = {.text = {},
                        .path = peek().text,
                        .place = {},
                        .slot = value.slot,
                        .owner = 0,
                        .source = value.source,
                        .traits = value.traits};
          ++at_;
          while (at_op(op(".")) && peek(1).kind == TokenKind::name) {
            type.path = peek(1).text;
            at_ += 2;
          }
          assign(value, type);
          value = type;
        }
        continue;
      }
      const bool declaration =
          declares_types(language_) && !value.path.empty() && at_ > 0 &&
          (language_ == Language::java || (token.text != "in" && token.text != "as" && token.text != "is")) &&
          token.text != "instanceof" && token.text != "where" && token.text != "throws" &&
          token.text != "extends" && token.text != "implements" && !defines_method() &&
          (tokens_[at_ - 1].kind == TokenKind::name || tokens_[at_ - 1].code == op(">") ||
           tokens_[at_ - 1].code == op("]"));
      if (!declaration) return value;
      Value variable;
      variable.path = value.path;
      variable.slot = local_slot(token.text);
      // Names are kept in lower case: what "z1" holds must not be lost to "Z1 = z1".
      if (const Value* known = find(variable.slot); known != nullptr && language_ != Language::java) {
        variable.traits = static_cast<std::uint16_t>(known->traits & kFlowing);
        variable.source = known->source;
      }
      ++at_;
      if (!keeps_field(variable.slot)) variables_[variable.slot].value = variable;
      value = variable;
      continue;
    }
    if (token.kind != TokenKind::op) return value;
    const bool php = language_ == Language::php;
    if ((token.code == op(".") && !php) || token.code == op("?.") || (token.code == op("->") && php) ||
        token.code == op("?->") || token.code == op("::")) {
      if (language_ == Language::java && token.code == op("->")) return value;
      ++at_;
      const Token& name = peek();
      receiver = value.slot;
      if (name.kind == TokenKind::name) {
        ++at_;
        if (value.constant() && at_op(op("("))) {
          value = method_of_text(value, name.text, name.at);
        } else if (php && token.code == op("::") && name.text != "class" && !at_op(op("("))) {
          value = php_static(value, name.text);
        } else if (php && token.code == op("::") && name.text != "class") {
          value = {.text = {},
                   .path = join_path(value.path, name.text),
                   .place = {},
                   .slot = 0,
                   .owner = 0,
                   .source = value.source,
                   .traits = value.traits};
        } else {
          value = member(value, name.text, name.at);
        }
        skip_type_arguments();
      } else if (name.kind == TokenKind::variable) {
        ++at_;
        const Value which =
            token.code == op("::") ? php_static(value, name.text) : php_variable(name.text, name.at);
        if (token.code == op("::")) {
          value = which;
        } else if (which.constant()) {
          value = member(value, lower(which.text, arena_), name.at);
        } else {
          value = made_of(value.traits | which.traits, value.source | which.source);
        }
      } else if (at_op(op("{"))) {
        const std::size_t close = end_of_bracket();
        ++at_;
        const Value which = expression();
        leave_bracket(close);
        value = which.constant() ? member(value, lower(which.text, arena_), name.at)
                                 : made_of(value.traits | which.traits, value.source);
      } else {
        return value;
      }
      continue;
    }
    if (token.code == op("[") ||
        (token.code == op("{") && php && !token.spaced && at_ > 0 &&
         (tokens_[at_ - 1].kind == TokenKind::variable || tokens_[at_ - 1].code == op("]")))) {
      const std::size_t close = end_of_bracket();
      ++at_;
      Value key;
      while (at_ < close) {
        const std::size_t before = at_;
        key = expression();
        if (at_ == before || at_op(op(","))) ++at_;
      }
      leave_bracket(close);
      value = index(value, key);
      continue;
    }
    if (token.code == op("(") && at_op(op("..."), 1) && at_op(op(")"), 2)) {
      at_ += 3;  // "f(...)": the function itself
      return {.text = {}, .path = value.path, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
    }
    if (token.code == op("(")) {
      const std::uint32_t at = at_ > 0 ? tokens_[at_ - 1].at : token.at;
      const bool through_variable = at_ > 0 && tokens_[at_ - 1].kind != TokenKind::name;
      Arguments given;
      const Value callee = value;
      arguments(given);
      receiver_ = receiver;
      if (is_basic(language_) && given.count > 0 && indexes(value)) {
        value = index(callee, given.values[0]);
        continue;
      }
      value = call(callee, given, at, through_variable);
      named = false;
      continue;
    }
    if (token.code == op("++") || token.code == op("--")) {
      ++at_;
      if (value.constant() && !value.has(kNumber) && !value.text.empty() && token.code == op("++")) {
        // PHP counts letters up: "a"++ is "b".
        std::string next(value.text);
        ++next.back();
        Value counted = constant(arena_.keep(std::move(next)));
        assign(value, counted);
      }
      continue;
    }
    if (token.code == op("<") && skip_type_arguments()) continue;
    return value;
  }
}

// In Basic, brackets behind a variable are an index: an array, a collection, Session("x").
bool Interpreter::indexes(const Value& value) {
  if (value.path == "session" || value.path == "application") return true;
  return value.slot != 0 && find(value.slot) != nullptr && !functions_.contains(last_part(value.path)) &&
         value.path.find('.') == std::string_view::npos &&
         find_word(value.path, language_, false) == nullptr && !names_request(value.path, language_);
}

// "abc".replace("b", "x"), "a,b".split(","), ["a","b"].join("").
Value Interpreter::method_of_text(const Value& text, std::string_view name, std::uint32_t at) {
  Arguments given;
  arguments(given);
  if (name == "tostring" || name == "getbytes" || name == "tochararray" || name == "trim" ||
      name == "intern" || name == "valueof")
    return text;
  const bool java = language_ == Language::java;
  if (java && (name == "append" || name == "concat") && given.count > 0) return append_java(text, given);
  if (java && (name == "substring" || name == "charat")) return part_of_java_text(text, name, given);
  Arguments all;
  all.values[all.count++] = text;
  for (std::size_t i = 0; i < given.count && all.count < kMaxArguments; ++i)
    all.values[all.count++] = given.values[i];
  const std::string_view same = name == "replaceall"        ? "replace"
                                : name == "substring"       ? "substr"
                                : java && name == "reverse" ? "strrev"
                                                            : name;
  if (all.all_constant() && name != "substring") {
    if (auto folded = fold_call(same, all.view())) {
      Value out = constant(arena_.keep(std::move(*folded)), same == "split" ? kList : 0);
      out.traits |= all.flowing();
      return out;
    }
  }
  Value callee =
      made_of(text.traits | (builds_text(same) ? kBuilt : 0), text.source, join_path("text", name));
  return call(callee, given, at, false);
}

Value Interpreter::member(const Value& of, std::string_view name, std::uint32_t at) {
  const bool php = language_ == Language::php;
  const bool own = language_ == Language::java && of.path == "this";
  const std::uint64_t slot = php   ? property_slot(of, name)
                             : own ? slot_of_field(name)
                             : of.slot == 0
                                 ? 0
                                 : of.slot * 0x9e3779b97f4a7c15ULL + std::hash<std::string_view>{}(name);
  // A method is no function of the same name: $pdo->exec().
  const std::string_view path =
      join_path(php && of.path.empty() ? std::string_view("object") : of.path, name);
  Value out = made_of(of.traits, of.source, path);
  const Value* const known = php && at_op(op("(")) ? nullptr : find(slot);
  if (known != nullptr) out = *known;
  out.place = path;
  if (php && known != nullptr) return out;
  out.slot = slot;
  out.owner = of.slot;
  // What a page puts into a text box does not keep the visitor from sending something else.
  const bool request = names_request(of.path, language_) && is_request_member(name, language_);
  if (request || is_visitor_member(path, language_)) {
    out.traits = static_cast<std::uint16_t>((out.traits & ~kConstant) | kRequest |
                                            (brings_upload(name) ? kUpload : 0));
    out.source = base_ + at;
  }
  if (tells_own_place(name) && (php || !at_op(op("(")))) out.traits |= kHere;
  if (unserialized_ && php && class_slot(of.path) != 0) out.traits |= kRequest;
  return out;
}

Value Interpreter::index(const Value& of, const Value& key) {
  if (of.path == "$_server") {
    const bool sent =
        key.constant() ? is_sent_server_key(key.text) : key.has(kRequest | kBuilt | kEncoded | kDecoded);
    return sent ? made_of(kRequest, of.source)
           : key.constant() && (key.text == "DOCUMENT_ROOT" || key.text == "SCRIPT_FILENAME")
               ? made_of(kHere, 0)
               : Value{};
  }
  if (of.path == "$globals" && key.constant()) {
    const std::uint64_t scope = std::exchange(scope_, 0);
    const std::string_view type = std::exchange(class_name_, {});
    const Value global = php_variable(key.text, of.source);
    scope_ = scope;
    class_name_ = type;
    return global;
  }
  if (names_request(of.path, language_))
    return made_of(kRequest, tokens_[std::min(at_, tokens_.size()) - 1].at + base_);
  if (key.constant() && of.constant() && !of.has(kOutside)) {
    if (of.has(kList)) {
      const auto item = list_item(of.text, key.text);
      Value value = item ? constant(*item) : Value{};
      if (language_ == Language::java) value.slot = element_of(of).slot;
      return value;
    }
    const auto at = to_number(key.text);
    if (at && *at >= -static_cast<long long>(of.text.size()) &&
        *at < static_cast<long long>(of.text.size())) {
      return constant(of.text.substr(
          static_cast<std::size_t>(*at < 0 ? *at + static_cast<long long>(of.text.size()) : *at), 1));
    }
  }
  if (language_ == Language::java && !(of.constant() && key.constant())) return element_of(of);
  std::uint64_t slot = 0;
  if (of.slot != 0 && key.constant()) {
    slot = element_slot(of.slot, key.text);
    if (const Value* known = find(slot)) {
      if (peek().kind != TokenKind::op || !is_assignment(peek().code)) return *known;
    }
  }
  // Members by constant name, as scripting languages have them: this["ev" + "al"].
  const bool by_name = language_ == Language::jscript && key.constant() && !key.has(kNumber);
  Value out =
      made_of(of.traits, of.source,
              by_name ? join_path(of.path == "this" ? std::string_view() : of.path, lower(key.text, arena_))
                      : of.path);
  if (of.constant() && !key.constant()) out.traits |= kBuilt;
  if (language_ == Language::php && of.slot != 0 && peek().kind == TokenKind::op &&
      is_assignment(peek().code)) {
    const bool appended = at_ > 1 && tokens_[at_ - 2].code == op("[");
    if (slot == 0) slot = of.slot * 0xd6e8feb86659fd93ULL + 1;
    element_ = {.slot = slot, .owner = of.slot, .appended = appended, .key = key.constant() ? key.text : ""};
  }
  if (key.has(kRequest) && !of.constant()) out.traits |= kBuilt;
  out.slot = slot;
  return out;
}

void Interpreter::arguments(Arguments& into) {
  const std::size_t close = end_of_bracket();
  ++at_;
  while (at_ < close) {
    const std::size_t before = at_;
    if (peek().kind == TokenKind::name &&
        (at_op(op(":="), 1) || (at_op(op(":"), 1) && language_ == Language::csharp)))
      at_ += 2;
    into.spread |= at_op(op("..."));
    Value value = expression();
    if (at_ > before) {
      if (into.count < kMaxArguments) {
        into.values[into.count++] = value;
      } else if (into.values[kMaxArguments - 1].constant() && value.constant()) {
        append_to_last(into, value);
      } else {
        into.values[kMaxArguments - 1] = joined(into.values[kMaxArguments - 1], value);
      }
    }
    if (at_ == before || at_op(op(","))) ++at_;
  }
  leave_bracket(close);
}

// More constants than there are places for stay together as a list: chr codes.
void Interpreter::append_to_last(Arguments& into, const Value& value) {
  Value& last = into.values[kMaxArguments - 1];
  if (last.text.size() > kMaxFoldedBytes) return;
  const std::string_view end(&kListEnd, 1);
  const std::string_view list = last.has(kList) ? last.text : arena_.joined(last.text, end);
  last.text = arena_.joined(arena_.joined(list, value.text), end);
  last.traits = static_cast<std::uint16_t>((last.traits | kList | (value.traits & kFlowing)) & ~kNumber);
}

std::uint16_t Interpreter::Arguments::flowing() const {
  std::uint16_t traits = 0;
  for (const Value& value : view()) traits = joined_traits(traits, value.traits);
  return traits;
}
std::uint32_t Interpreter::Arguments::source() const {
  for (const Value& value : view()) {
    if (value.source != 0) return value.source;
  }
  return 0;
}
bool Interpreter::Arguments::all_constant() const {
  return count > 0 && std::all_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count),
                                  [](const Value& value) { return value.constant(); });
}

}  // namespace afterpatch::detect::scripts

// Operands: literals, lists, variables, names and new objects.
#include <algorithm>
#include <string>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/operators.h"

namespace afterpatch::detect::scripts {

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
    return list();
  }
  if (token.code == op("{")) {
    if (is_basic(language_) || (language_ != Language::php)) {
      ++at_;
      return list();
    }
    return {};
  }
  if (token.code == op(".") && is_basic(language_) && !with_.empty()) return with_.back();
  return {};
}

// "[a, b]", "array(a, 'k' => b)", "new T[] {a, b}": one value with all that flows in.
Value Interpreter::list() {
  const std::size_t end = tokens_[at_ - 1].match > at_ - 1 ? tokens_[at_ - 1].match : tokens_.size();
  const bool php = language_ == Language::php;
  std::string items;
  std::size_t numbers = 0;
  bool known = true;
  bool nested = false;
  std::vector<std::uint64_t> slots;
  std::string_view callable;  // array($object, 'method')
  bool of_object = false;     // ... of the page's own
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
    if (count == 0) of_object = !value.has(kOutside) && !value.constant() && value.slot != 0;
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
  // array($object, $method): the visitor may choose the method, but not the object.
  if (php && count == 2 && callable.empty() && of_object) callable = kSomeMethod;
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
            .path = name == "_FILES" ? kUploadPath : std::string_view(),
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
  } else if (noting_ && !included_ && layer_ == 0 && name != "this" && name != "argv" &&
             class_name_.empty() && (scope_ == 0 || globals_.contains(local_slot(name)))) {
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
    return list();
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
  if (const auto known = constants_.find(name);
      known != constants_.end() && !at_op(op("(")) && !at_op(op("::")))
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
    Value items = list();
    if (language_ != Language::java) items.path = type.path;
    return items;
  }
  if (array && language_ == Language::java) return made_of(0, 0, type.path);
  Arguments given;
  const bool called = at_op(op("("));
  if (called) arguments(given);
  type.slot = 0;
  const bool known = !type.path.empty() || type.constant() || type.has(kRequest);
  Value object = !known ? made_of(given.flowing(), given.source())
                 : through_variable && type.path.empty() && !type.constant()
                     ? made_by_name(type, given, at)
                     : call(type, given, at, through_variable);
  if (!type.path.empty()) made_classes_.insert(type.path);
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

}  // namespace afterpatch::detect::scripts

// Java's classes as far as flows need them: which names the page defines itself, what a class extends, and
// which methods a server calls with data of the visitor.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detect/scripts/interpreter.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

std::string_view owner_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

}  // namespace

// "class Name {", "class Name extends ...", "enum Name implements ...".
bool Interpreter::heads_java_class() const {
  if (peek(1).kind != TokenKind::name) return false;
  return at_op(op("{"), 2) || at_op(op("<"), 2) || at_name("extends", 2) || at_name("implements", 2);
}

// At "class Name<T> extends Base implements Other {".
void Interpreter::java_class(std::size_t end) {
  const std::string_view name = peek(1).text;
  std::string_view base;
  bool extends = false;
  for (++at_; at_ < end && !at_op(op("{")) && !at_end_of_statement(); ++at_) {
    const Token& token = peek();
    if (token.kind != TokenKind::name) {
      extends &= token.code == op(".");
    } else if (token.text == "extends") {
      extends = true;
    } else if (extends) {
      base = token.text;
    }
  }
  classes_[name] = base;
  if (!at_op(op("{"))) return;
  const std::string_view outer = std::exchange(base_class_, base);
  block();
  base_class_ = outer;
}

// "array[i]": whatever was put into an array may be taken out of it at any place.
Value Interpreter::element_of(const Value& array) {
  Value element = made_of(array.traits, array.source, array.path);
  if (array.slot == 0) return element;
  element.slot = array.slot * 0x9e3779b97f4a7c15ULL + 1;
  elements_[element.slot] = array.slot;
  return element;
}

// Behind "parameter ->".
Value Interpreter::java_lambda(const Value& parameter) {
  const std::string_view path = arena_.keep("lambda" + std::to_string(peek().at));
  lambdas_[path] = parameter.slot;
  if (parameter.slot != 0) variables_[parameter.slot].value.slot = parameter.slot;
  if (at_op(op("{"))) {
    block();
  } else {
    expression(0);
  }
  return made_of(0, 0, path);
}

void Interpreter::give_lambda(std::uint64_t parameter, std::uint16_t traits, std::uint32_t source) {
  Value& value = variables_[parameter].value;
  learned_ |= (traits & ~value.traits) != 0;
  value.traits |= traits;
  if (value.source == 0) value.source = source;
}

// "f.apply(x)" of a lambda or of "object::method", and "value.ifPresent(c -> ...)".
std::optional<Value> Interpreter::call_lambda(const Value& target, const Arguments& given, std::uint32_t at) {
  constexpr std::array kCalls = {"apply"sv, "accept"sv, "call"sv, "run"sv, "get"sv, "test"sv};
  for (const Value& value : given.view()) {
    const auto passed = lambdas_.find(value.path);
    if (passed != lambdas_.end()) give_lambda(passed->second, target.traits & kFlowing, target.source);
  }
  const std::string_view owner = owner_of(target.path);
  if (const auto lambda = lambdas_.find(owner); lambda != lambdas_.end()) {
    give_lambda(lambda->second, given.flowing(), given.source());
    return made_of(given.flowing(), given.source());
  }
  if (std::find(kCalls.begin(), kCalls.end(), last_part(target.path)) == kCalls.end()) return std::nullopt;
  const Word* word = find_word(owner, language_, false);
  if (word == nullptr || word->act != Act::run_command) return std::nullopt;
  act(*word, {}, given, at);
  return made_of(given.flowing(), given.source());
}

// Behind a declaration: a field that says nothing of its value has what an earlier pass learnt of it.
bool Interpreter::keeps_field(std::uint64_t slot) const {
  if (language_ != Language::java || scope_ != 0 || !variables_.contains(slot)) return false;
  return at_end_of_statement() || (at_op(op("=")) && at_name("null", 1));
}

// A name that the page defines is not meant where the object is of another class.
bool Interpreter::calls_own_method(std::string_view path, const Word* word) const {
  const std::string_view owner = last_part(owner_of(path));
  if (owner.empty() || owner == "this" || owner == "super" || classes_.contains(owner)) return true;
  if (names_request(owner, language_) && is_request_member(last_part(path), language_)) return false;
  return word == nullptr || word->owner == "*";
}

// Methods that a server calls with what a visitor sends (MessageHandler of Jakarta WebSocket 2.1; Resin's
// WebSocketListener; Tomcat 7's MessageInbound). A
// filter's or servlet's request is known by its type.
void Interpreter::java_entry_points(std::string_view method, const Function& function) {
  constexpr std::array kMessages = {"string"sv,      "byte"sv,   "bytebuffer"sv,
                                    "inputstream"sv, "reader"sv, "charbuffer"sv};
  constexpr std::array kMethods = {"onmessage"sv, "onreadtext"sv, "onreadbinary"sv, "ontextmessage"sv,
                                   "onbinarymessage"sv};
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) return;
  const std::uint64_t outer = std::exchange(scope_, function.scope);
  for (const std::string_view parameter : function.parameters) {
    Value& value = variables_[local_slot(parameter)].value;
    if (std::find(kMessages.begin(), kMessages.end(), value.path) != kMessages.end())
      value.traits |= kRequest;
  }
  scope_ = outer;
}

}  // namespace afterpatch::detect::scripts

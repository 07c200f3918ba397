// What PHP keeps apart from plain variables: classes with their properties and constants, closures, elements
// of arrays. One object of each class is enough: all objects of a class share what they hold.
#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::size_t kMaxListBytes = 4096;  // of a list that grows element by element

std::uint64_t name_hash(std::string_view name) {
  return std::hash<std::string_view>{}(name) | 1U;
}

}  // namespace

// At the name: "class C extends P { ... }".
void Interpreter::php_class(std::size_t end) {
  const std::string_view name = peek().text;
  std::string_view parent;
  for (++at_; at_ < end && !at_op(op("{")) && !at_end_of_statement(); ++at_) {
    if (at_name("extends")) parent = peek(1).text;
  }
  if (!at_op(op("{"))) return;
  const std::string_view outer = class_name_;
  class_name_ = name;
  php_classes_[name] = class_slot(parent) != 0 ? class_slot(parent) : name_hash(name);
  block();
  class_name_ = outer;
}

std::uint64_t Interpreter::class_slot(std::string_view name) const {
  const auto found = php_classes_.find(name);
  return found == php_classes_.end() ? 0 : found->second;
}

// "self", "static" and "parent" are the class at hand.
std::string_view Interpreter::class_named(std::string_view name) const {
  const bool here = name == "self" || name == "static" || name == "parent" || name == "this";
  return here && !class_name_.empty() ? class_name_ : name;
}

// Objects of classes that the page defines share their properties by class, others have them by variable.
std::uint64_t Interpreter::property_slot(const Value& of, std::string_view name) const {
  const std::uint64_t type = class_slot(class_named(of.path));
  const std::uint64_t owner = type != 0 ? type : of.slot;
  return owner == 0 ? 0 : owner * 0x9e3779b97f4a7c15ULL + name_hash(name);
}

// "C::$name", "C::NAME".
Value Interpreter::php_static(const Value& of, std::string_view name) {
  const std::uint64_t slot = property_slot(of, lower(name, arena_));
  if (const Value* known = find(slot)) return *known;
  Value out = made_of(of.traits, of.source, join_path(class_named(of.path), name));
  out.slot = slot;
  return out;
}

// At "use": "use function f as g;".
void Interpreter::php_use(std::size_t end) {
  const bool function = at_name("function", 1);
  for (++at_; at_ < end && !at_end_of_statement(); ++at_) {
    if (function && at_name("as") && at_ > 0) aliases_[peek(1).text] = tokens_[at_ - 1].text;
  }
}

// At "const": "const A = 'x', B = 'y'".
void Interpreter::php_constants(std::size_t end) {
  for (++at_; at_ < end && !at_end_of_statement();) {
    const std::string_view name = peek().text;
    ++at_;
    if (!accept(op("="))) continue;
    const Value value = expression();
    if (class_name_.empty()) {
      define_constant(name, value);
    } else {
      const Value self = {
          .text = {}, .path = class_name_, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
      variables_[property_slot(self, name)].value = value;
    }
    accept(op(","));
  }
}

void Interpreter::define_constant(std::string_view name, const Value& value) {
  constants_[name] = value;
}

// At "function" or "fn" where a value stands: a function that is called by the variable it is put in.
Value Interpreter::php_closure() {
  const bool arrow = at_name("fn");
  const std::string_view name = arena_.keep(fmt::format("closure@{}@{}@{}", base_, layer_, at_));
  ++at_;
  if (arrow) {  // sees the variables around it
    if (at_op(op("("))) leave_bracket(end_of_bracket());
    Value result = accept(op("=>")) ? expression() : Value{};
    result = made_of(result.traits, result.source, "closure");  // what it gives, but no name of a function
    return result;
  }
  accept(op("&"));
  Function& function = functions_[name];
  function.scope = name_hash(name);
  if (at_op(op("("))) {
    const std::size_t close = end_of_bracket();
    function.parameters.clear();
    read_parameters(function, close);
    leave_bracket(close);
  }
  if (at_name("use") && at_op(op("("), 1)) {
    ++at_;
    take_along(function);
  }
  while (at_ < tokens_.size() && !at_op(op("{")) && !at_end_of_statement()) ++at_;
  if (!at_op(op("{"))) return {};
  const std::size_t close = end_of_bracket();
  ++at_;
  walk_body(function, close);
  leave_bracket(close);
  return {.text = {}, .path = name, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
}

// At the "(" of "use ($a, &$b)".
void Interpreter::take_along(const Function& function) {
  const std::size_t close = end_of_bracket();
  for (++at_; at_ < close; ++at_) {
    if (peek().kind != TokenKind::variable) continue;
    const Value outside = php_variable(peek().text, peek().at);
    const std::uint64_t scope = std::exchange(scope_, function.scope);
    const std::uint64_t slot = local_slot(peek().text);
    scope_ = scope;
    Value& inside = variables_[slot].value;
    const std::uint16_t before = inside.traits;
    inside = outside;
    inside.slot = slot;
    inside.traits |= before & kFlowing;
  }
  leave_bracket(close);
}

// list($a, $b) = x.
void Interpreter::assign_items(const std::vector<std::uint64_t>& slots, const Value& list) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i] == 0) continue;
    const auto item = list.has(kList) ? list_item(list.text, std::to_string(i)) : std::nullopt;
    Value target;
    target.slot = slots[i];
    assign(target, item ? constant(*item) : made_of(list.traits, list.source));
  }
}

// "$GLOBALS = array('name' => x, ...)", extract(array('name' => x, ...)).
void Interpreter::assign_named(const Value& list) {
  std::string_view rest = list.text;
  while (!rest.empty()) {
    const auto end = rest.find(kListEnd);
    const std::string_view item = rest.substr(0, end);
    const auto mark = item.find(kKeyEnd);
    if (mark != std::string_view::npos) {
      Value& named = variables_[local_slot(item.substr(0, mark))].value;
      named = constant(item.substr(mark + 1));
      named.slot = local_slot(item.substr(0, mark));
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
}

std::uint64_t Interpreter::element_slot(std::uint64_t owner, std::string_view key) {
  return owner * 0xd6e8feb86659fd93ULL + std::hash<std::string_view>{}(key);
}

// "$a[k] = x", "$a[] = x": what the array as a whole holds.
void Interpreter::assign_element(const Element& element, const Value& value) {
  // The first one of an array that is put together.
  if (element.appended && !variables_.contains(element.owner)) {
    const std::uint64_t first = element_slot(element.owner, "0");
    variables_[first].value = value;
    variables_[first].value.slot = first;
  }
  Value& owner = variables_[element.owner].value;
  owner.slot = element.owner;
  owner.traits |= value.traits & kFlowing;
  if (owner.source == 0) owner.source = value.source;
  const bool grows = (owner.has(kList) || (owner.text.empty() && !owner.has(kRequest))) && loop_ == 0 &&
                     value.constant() && !value.has(kList) && (element.appended || !element.key.empty()) &&
                     owner.text.size() + value.text.size() < kMaxListBytes;
  if (grows) {
    std::string item(element.key);
    if (!item.empty()) item.push_back(kKeyEnd);
    item.append(value.text).push_back(kListEnd);
    owner.text = arena_.joined(owner.text, item);
    owner.traits |= kConstant | kList;
  } else if (owner.constant()) {
    owner.text = {};
    owner.traits = static_cast<std::uint16_t>((owner.traits & kFlowing) | kBuilt);
  }
}

}  // namespace afterpatch::detect::scripts

// Functions and methods: where they are defined, what they take, and a walk through what they do.
#include <algorithm>
#include <functional>
#include <utility>

#include "detect/scripts/interpreter.h"
#include "detect/scripts/keywords.h"

namespace afterpatch::detect::scripts {

// Functions are known, and what they are called with is kept, before they are walked: pages call first and
// define later. Not for PHP, where methods are known by their class.
void Interpreter::declare_functions() {
  for (at_ = 0; at_ + 2 < tokens_.size(); ++at_) {
    if (tokens_[at_].kind != TokenKind::name) continue;
    const std::string_view word = tokens_[at_].text;
    const bool keyword = word == "function" || (is_basic(language_) && word == "sub");
    const bool ends = at_ > 0 && tokens_[at_ - 1].kind == TokenKind::name &&
                      (tokens_[at_ - 1].text == "end" || tokens_[at_ - 1].text == "exit");
    if (keyword ? ends || tokens_[at_ + 1].kind != TokenKind::name
                : !defines_method() || is_keyword(kCondition | kPlain, word))
      continue;
    if (keyword) ++at_;
    Function& function = functions_[tokens_[at_].text];
    function.scope = std::hash<std::string_view>{}(tokens_[at_].text) | 1U;
    ++at_;
    if (!at_op(op("("))) continue;
    const std::size_t close = end_of_bracket();
    function.parameters.clear();
    read_parameters(function, close);
    at_ = close;
  }
}

// JScript .NET's "name : Type = value".
void Interpreter::typed_variable() {
  const Value target = {.text = {},
                        .path = {},
                        .place = {},
                        .slot = local_slot(peek().text),
                        .owner = 0,
                        .source = 0,
                        .traits = 0};
  at_ += 2;
  Value type = postfix(primary(), false);
  type.slot = target.slot;
  if (accept(op("="))) {
    Value value = expression();
    if (value.path.empty()) value.path = type.path;
    assign(target, value);
  } else {
    assign(target, type);
  }
}

// "name(...) {" in a language that has no keyword for it.
bool Interpreter::defines_method() const {
  if (!declares_types(language_) || !at_op(op("("), 1)) return false;
  const std::size_t close = tokens_[at_ + 1].match;
  if (close == 0) return false;
  std::size_t next = close + 1;
  const auto is = [&](std::size_t i, std::string_view name) {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::name && tokens_[i].text == name;
  };
  if (is(next, "throws")) {
    while (next < tokens_.size() && next < close + 16 &&
           !(tokens_[next].kind == TokenKind::op && tokens_[next].code == op("{")))
      ++next;
  }
  return next < tokens_.size() && tokens_[next].kind == TokenKind::op &&
         (tokens_[next].code == op("{") || (tokens_[next].code == op(":") && scope_ == 0));
}

// At the "(" of the parameters.
void Interpreter::define_function(std::string_view name, std::size_t end) {
  const std::string_view key = class_name_.empty() ? name : join_path(class_name_, name);
  Function& function = functions_[key];
  if (!class_name_.empty()) methods_.try_emplace(name, &function);
  function.scope = std::hash<std::string_view>{}(key) | 1U;
  if (at_op(op("("))) {
    const std::size_t close = end_of_bracket();
    function.parameters.clear();
    read_parameters(function, close);
    leave_bracket(close);
  }
  if (language_ == Language::java) java_entry_points(name, function);
  while (at_ < end && !at_op(op("{")) && !at_end_of_statement()) ++at_;
  if (!at_op(op("{"))) return;
  const std::size_t close = end_of_bracket();
  const std::string_view outer_name = current_name_;
  current_name_ = name;
  ++at_;
  walk_body(function, close);
  current_name_ = outer_name;
  leave_bracket(close);
}

void Interpreter::walk_body(Function& function, std::size_t end) {
  const std::uint64_t outer_scope = scope_;
  const int outer_block = block_;
  std::vector<int> outer_blocks = std::exchange(outer_blocks_, {});
  const int outer_loop = loop_;
  Function* const outer = current_;
  scope_ = function.scope;
  block_ = ++blocks_;
  loop_ = 0;
  current_ = &function;
  const std::uint16_t gave = function.result.traits;
  enclosing_.push_back(outer_scope);
  statements(end);
  enclosing_.pop_back();
  learned_ |= (function.result.traits & ~gave & kWorthAnotherWalk) != 0;
  scope_ = outer_scope;
  block_ = outer_block;
  outer_blocks_ = std::move(outer_blocks);
  loop_ = outer_loop;
  current_ = outer;
}

// The last name of each part is the parameter, the one before it its type ("ByVal x As T" in Basic).
void Interpreter::read_parameters(Function& function, std::size_t end) {
  const std::uint64_t outer = scope_;
  scope_ = function.scope;
  std::string_view name;
  std::string_view type;
  int nested = 0;
  const bool exposed = std::exchange(exposed_, false);
  const auto finish = [&] {
    if (name.empty()) return;
    function.parameters.push_back(name);
    Variable& variable = variables_[local_slot(name)];
    variable.value.slot = local_slot(name);
    variable.block = blocks_ + 1;
    if (!type.empty() && variable.value.path.empty()) variable.value.path = type;
    if (exposed) variable.value.traits |= kRequest;
    name = type = {};
  };
  bool value = false;
  bool typed = false;
  for (++at_; at_ < end; ++at_) {
    const Token& token = peek();
    if (token.kind == TokenKind::op) {
      if (token.code == op("(") || token.code == op("[") || token.code == op("<")) ++nested;
      if (token.code == op(")") || token.code == op("]") || token.code == op(">")) --nested;
      if (token.code == op("=") || (token.code == op(":") && language_ == Language::jscript)) value = true;
      if (token.code == op(",") && nested <= 0) {
        finish();
        value = typed = false;
      }
    } else if (value || nested > 0) {
      continue;
    } else if (token.kind == TokenKind::variable) {
      name = token.text;
    } else if (token.kind == TokenKind::name) {
      if (token.text == "as") {
        typed = true;
      } else if (typed) {
        type = token.text;
      } else if (token.text != "byval" && token.text != "byref" && token.text != "optional" &&
                 language_ != Language::php) {
        if (!name.empty()) type = name;
        name = token.text;
      }
    }
  }
  finish();
  scope_ = outer;
}

}  // namespace afterpatch::detect::scripts

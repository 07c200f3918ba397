// Statements that only VBScript and Visual Basic have.
#include <algorithm>
#include <functional>

#include "detect/scripts/interpreter.h"
#include "detect/scripts/keywords.h"

namespace afterpatch::detect::scripts {

bool Interpreter::basic_keyword(std::string_view word, std::size_t end) {
  if (word == "end") {
    if (at_name("with", 1) && !with_.empty()) with_.pop_back();
    if (at_name("if", 1) || at_name("select", 1)) leave_branch();
    at_ += peek(1).kind == TokenKind::name ? 2 : 1;
    return true;
  }
  if (word == "if" || word == "elseif" || word == "while" || word == "until" || word == "select" ||
      word == "case") {
    ++at_;
    if (at_name("case")) ++at_;
    expression();
    if (word == "if") basic_branch(end);
    if (word == "select") enter_branch();
    if (word == "elseif" || word == "case") next_branch();
    return true;
  }
  if (word == "function" || word == "sub" || word == "property") {
    basic_function(word);
    return true;
  }
  if (word == "class" || word == "namespace" || word == "imports" || word == "module" ||
      word == "structure") {
    skip_to_separator(end);
    return true;
  }
  if (word == "with") {
    ++at_;
    with_.push_back(expression());
    return true;
  }
  if (word == "for") {
    at_ += at_name("each", 1) ? 2 : 1;
    const Value variable = postfix(primary(), true);
    if (at_name("in")) {
      ++at_;
      bind_loop(variable, expression());
    }
    skip_to_separator(end);
    return true;
  }
  if (word == "return") {
    give_back();
    return true;
  }
  if (word == "dim" || word == "redim" || word == "const") {
    ++at_;
    declare_variables();
    return true;
  }
  if (is_keyword(kAlone, word)) {
    if (word == "else") next_branch();
    ++at_;
    if (word == "on" || word == "exit" || word == "option") skip_to_separator(end);
    return true;
  }
  return false;
}

// Behind "If condition": a block up to "End If", or the rest of the line.
void Interpreter::basic_branch(std::size_t end) {
  if (at_name("then")) ++at_;
  enter_branch();
  if (at_end_of_statement()) return;
  statement(end);
  leave_branch();
}

// "Dim a, b(3), c": from here on the names are this scope's.
void Interpreter::declare_variables() {
  for (std::size_t ahead = 0; peek(ahead).kind == TokenKind::name; ++ahead) {
    const std::string_view name = peek(ahead).text;
    if (name == "sub" || name == "function" || name == "property" || name == "class" || name == "const")
      return;
    const std::uint64_t slot = local_slot(name);
    if (const auto [found, fresh] = variables_.try_emplace(slot); fresh)
      found->second.value = {
          .text = {}, .path = name, .place = {}, .slot = slot, .owner = 0, .source = 0, .traits = 0};
    ++ahead;
    if (at_op(op("("), ahead))
      ahead = std::max(ahead, static_cast<std::size_t>(tokens_[at_ + ahead].match) - at_) + 1;
    if (!at_op(op(","), ahead)) return;
  }
}

// "Function name(parameters) ... End Function"; the name is also the result's variable.
void Interpreter::basic_function(std::string_view kind) {
  ++at_;
  if (kind == "property" && peek().kind == TokenKind::name) ++at_;
  if (peek().kind != TokenKind::name) return;
  const std::string_view name = peek().text;
  ++at_;
  Function& function = functions_[name];
  function.scope = std::hash<std::string_view>{}(name) | 1U;
  if (at_op(op("("))) {
    const std::size_t close = end_of_bracket();
    function.parameters.clear();
    read_parameters(function, close);
    leave_bracket(close);
  }
  std::size_t last = unended_ == kind ? tokens_.size() : at_;
  while (last + 1 < tokens_.size() &&
         !(tokens_[last].kind == TokenKind::name && tokens_[last].text == "end" &&
           tokens_[last + 1].kind == TokenKind::name && tokens_[last + 1].text == kind))
    ++last;
  if (last + 1 >= tokens_.size()) {
    last = tokens_.size();
    unended_ = kind;
  }
  while (at_ < last && !at_end_of_statement()) ++at_;
  const std::string_view outer_name = current_name_;
  current_name_ = name;
  walk_body(function, last);
  current_name_ = outer_name;
}

// "Execute x", "sh.Run cmd, 0": a call without brackets.
void Interpreter::basic_call(Value callee, std::size_t at) {
  Arguments given;
  while (!at_end_of_statement()) {
    const std::size_t before = at_;
    const Value value = expression();
    if (given.count < kMaxArguments) given.values[given.count++] = value;
    if (!accept(op(",")) || at_ == before) break;
  }
  call(callee, given, tokens_[at].at, false);
}

}  // namespace afterpatch::detect::scripts

// Statements: what order a page's code has. Functions are in functions.cpp, Basic's own statements in
// basic_statements.cpp, expressions in expressions.cpp.
#include <algorithm>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/keywords.h"

namespace afterpatch::detect::scripts {

void Interpreter::add_control(std::string_view id) {
  variables_[slot_of(id)].value = {
      .text = {}, .path = "control", .place = {}, .slot = slot_of(id), .owner = 0, .source = 0, .traits = 0};
}

void Interpreter::add_object(std::string_view id, std::string_view class_name) {
  variables_[slot_of(id)].value = {
      .text = {}, .path = class_name, .place = {}, .slot = slot_of(id), .owner = 0, .source = 0, .traits = 0};
}

void Interpreter::walk(std::span<const Token> tokens, Language language, bool noting) {
  tokens_ = tokens;
  language_ = language;
  noting_ = noting;
  at_ = 0;
  unended_ = {};
  element_ = {};
  learned_ = false;
  scope_ = 0;
  block_ = 0;
  blocks_ = 0;
  outer_blocks_.clear();
  loop_ = 0;
  class_name_ = {};
  with_.clear();
  included_ = false;
  if (language != Language::php && (declared_ & mask(language)) == 0) declare_functions();
  declared_ |= mask(language);
  at_ = 0;
  statements(tokens.size());
}

void Interpreter::statements(std::size_t end) {
  end = std::min(end, tokens_.size());
  if (++depth_ > kMaxDepth) {
    at_ = end;
    --depth_;
    return;
  }
  while (at_ < end) {
    const std::size_t before = at_;
    statement(end);
    if (at_ == before) ++at_;  // whatever it is, it is none of ours
  }
  --depth_;
}

void Interpreter::statement(std::size_t end) {
  const Token& token = peek();
  if (token.kind == TokenKind::separator || token.kind == TokenKind::seam) {
    ++at_;
    return;
  }
  if (token.kind == TokenKind::op && token.code == op("{")) {
    block();
    return;
  }
  if (skip_attributes()) return;
  if (token.kind == TokenKind::name && keyword(end)) return;
  expression_statement(end);
}

// "[WebMethod]" and "<WebMethod()>": what such a method is given comes from whoever calls it.
bool Interpreter::skip_attributes() {
  const bool bracket = language_ == Language::csharp && at_op(op("["));
  const bool angle = language_ == Language::vbnet && at_op(op("<"));
  if (!bracket && !angle) return false;
  const std::uint32_t close = bracket ? op("]") : op(">");
  for (std::size_t ahead = 0; ahead < 64 && peek(ahead).kind != TokenKind::end; ++ahead) {
    if (at_name("webmethod", ahead) || at_name("operationcontract", ahead)) exposed_ = true;
    if (!at_op(close, ahead)) continue;
    at_ += ahead + 1;
    return true;
  }
  return false;
}

bool Interpreter::keyword(std::size_t end) {
  const std::string_view word = peek().text;
  if (word == "const" && language_ == Language::php) {
    php_constants(end);
    return true;
  }
  if (is_keyword(kModifier, word) && !(word == "static" && at_op(op("::"), 1))) {
    ++at_;
    if (is_basic(language_)) declare_variables();
    return true;
  }
  return is_basic(language_) ? basic_keyword(word, end) : brace_keyword(word, end);
}

void Interpreter::block() {
  const std::size_t close = end_of_bracket();
  ++at_;
  enter_branch();
  statements(close);
  leave_branch();
  leave_bracket(close);
}

// Branches are told apart: what one sets may still be unset in the other.
void Interpreter::enter_branch() {
  outer_blocks_.push_back(block_);
  block_ = ++blocks_;
}
void Interpreter::leave_branch() {
  if (outer_blocks_.empty()) return;
  block_ = outer_blocks_.back();
  outer_blocks_.pop_back();
}
// "else", "case": what follows is another branch of the same statement.
void Interpreter::next_branch() {
  if (!outer_blocks_.empty()) block_ = ++blocks_;
}

// "( ... )" after if, while, for, and the statement that hangs on it.
void Interpreter::conditional_part(std::size_t end) {
  if (at_op(op("("))) {
    const std::size_t close = end_of_bracket();
    ++at_;
    statements(close);
    leave_bracket(close);
  }
  if (at_op(op("{")) || at_ >= end) return;
  enter_branch();
  statement(end);
  leave_branch();
}

// At "return": what follows is the function's result.
void Interpreter::give_back() {
  ++at_;
  if (at_end_of_statement()) return;
  const Value value = expression();
  if (current_ != nullptr) current_->result = joined(current_->result, value);
}

bool Interpreter::brace_keyword(std::string_view word, std::size_t end) {
  if (at_op(op("::"), 1) || at_op(op("."), 1) || at_op(op("->"), 1)) return false;
  if (is_keyword(kCondition, word)) {
    const bool loops = word == "for" || word == "foreach" || word == "while";
    ++at_;
    loop_ += loops ? 1 : 0;
    conditional_part(end);
    if (loops && at_op(op("{"))) block();
    loop_ -= loops ? 1 : 0;
    return true;
  }
  if (word == "return") {
    give_back();
    return true;
  }
  if (is_keyword(kPlain, word)) {
    if (word == "case" || word == "default") next_branch();
    const bool hangs = word == "else" || word == "do" || word == "try";
    ++at_;
    if (!hangs || at_op(op("{")) || at_end_of_statement()) return true;
    enter_branch();
    statement(end);
    leave_branch();
    return true;
  }
  if ((word == "class" || word == "trait") && language_ == Language::php && peek(1).kind == TokenKind::name) {
    ++at_;
    php_class(end);
    return true;
  }
  if (language_ == Language::java && is_keyword(kType, word)) {
    if (!heads_java_class()) return false;  // "Class c = ...", whose letters are lower case here
    java_class(end);
    return true;
  }
  if (is_keyword(kType, word) && peek(1).kind == TokenKind::name) {
    while (at_ < end && !at_op(op("{")) && !at_end_of_statement()) ++at_;
    return true;
  }
  if (word == "function" && peek(1).kind == TokenKind::name) {
    ++at_;
    const std::string_view name = peek().text;
    ++at_;
    define_function(name, end);
    return true;
  }
  if (word == "function" && at_op(op("&"), 1) && peek(2).kind == TokenKind::name) {
    at_ += 2;
    const std::string_view name = peek().text;
    ++at_;
    define_function(name, end);
    return true;
  }
  if (word == "global" && language_ == Language::php) {
    for (++at_; !at_end_of_statement(); ++at_) {
      if (peek().kind == TokenKind::variable) globals_.insert(local_slot(peek().text));
    }
    return true;
  }
  if (word == "use" && language_ == Language::php) {
    php_use(end);
    return true;
  }
  if (word == "import" || (word == "using" && !at_op(op("("), 1)) || word == "package") {
    skip_to_separator(end);
    return true;
  }
  if (word == "goto" && language_ == Language::php) {  // order tells nothing
    learned_ = true;
    skip_to_separator(end);
    return true;
  }
  if (word == "var" || word == "let" || (word == "const" && language_ == Language::jscript)) {
    ++at_;
    if (language_ == Language::jscript && at_op(op(":"), 1)) typed_variable();
    return true;
  }
  if (defines_method()) {
    const std::string_view name = peek().text;
    ++at_;
    define_function(name, end);
    return true;
  }
  return false;
}

void Interpreter::skip_to_separator(std::size_t end) {
  while (at_ < end && !at_end_of_statement()) ++at_;
}

void Interpreter::bind_loop(const Value& variable, const Value& over) {
  Value item = made_of(over.traits, over.source, over.path);
  // Of a list of names the first stands for all: foreach (array('_POST', '_GET') as $name).
  if (over.has(kList)) {
    if (const auto first = list_item(over.text, "0")) {
      item = constant(*first);
    } else {
      item.traits |= kBuilt;
    }
  }
  assign(variable, item);
}

void Interpreter::expression_statement(std::size_t end) {
  const std::size_t start = at_;
  if (is_basic(language_)) {
    Value target = postfix(primary(), true);
    if (at_op(op("=")) || at_op(op("&=")) || at_op(op("+="))) {
      const bool adds = !at_op(op("="));
      ++at_;
      const Value right = expression();
      const Value value = adds ? concatenate(target, right) : right;
      assign(target, value);
      if (const Word* word = find_word(target.place, language_, true))
        act_on_value(*word, value, tokens_[start].at);
      if (current_ != nullptr && !current_name_.empty() && target.slot == local_slot(current_name_))
        current_->result = joined(current_->result, value);
      return;
    }
    last_ = target;
    const TokenKind kind = peek().kind;
    const bool operand = kind == TokenKind::name || kind == TokenKind::text || kind == TokenKind::number ||
                         at_op(op(".")) || at_op(op("-")) || at_op(op(","));
    if (operand && at_ > start && at_ < end && !at_name("then") && !at_name("as")) {
      basic_call(target, start);
    } else if (at_ > start && tokens_[at_ - 1].kind == TokenKind::name && !target.path.empty()) {
      Arguments none;  // "sh.Run" alone
      call(target, none, tokens_[start].at, false);
    }
    while (at_ < end && !at_end_of_statement() && !at_name("then") && !at_name("else")) {
      const std::size_t before = at_;
      expression();
      if (at_ == before) ++at_;
    }
    return;
  }
  const Value value = expression();
  last_ = value;
  if (at_name("as") && language_ == Language::php) {
    ++at_;
    const int above_arrow = 3;
    Value key = expression(above_arrow);
    if (accept(op("=>"))) {
      bind_loop(key, made_of(value.traits, value.source));
      key = expression(above_arrow);
    }
    bind_loop(key, value);
  } else if (at_name("in") && language_ != Language::java) {
    ++at_;
    bind_loop(value, expression());
  } else if (at_op(op(":")) && language_ == Language::java) {
    ++at_;
    bind_loop(value, expression());
  }
}

}  // namespace afterpatch::detect::scripts

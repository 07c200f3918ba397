// Statements: what order and names a page's code has. Expressions are in expressions.cpp.
#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <unordered_map>
#include <utility>

#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

// What a word at the start of a statement can be. Modifiers are skipped; conditions bring brackets and a
// statement that hangs on them; the plain ones bring nothing; basic ones are Basic's own without brackets.
enum KeywordKind : std::uint8_t { kModifier = 1, kCondition = 2, kPlain = 4, kType = 8, kAlone = 16 };

const std::unordered_map<std::string_view, std::uint8_t>& keywords() {
  static const std::unordered_map<std::string_view, std::uint8_t> table = [] {
    std::unordered_map<std::string_view, std::uint8_t> built;
    const auto add = [&](KeywordKind kind, std::initializer_list<std::string_view> words) {
      for (const std::string_view word : words) built[word] |= kind;
    };
    add(kModifier,
        {"public",   "private",        "protected",    "static",      "final",     "abstract", "readonly",
         "internal", "override",       "virtual",      "sealed",      "async",     "unsafe",   "extern",
         "volatile", "synchronized",   "transient",    "overridable", "overrides", "shared",   "friend",
         "shadows",  "notoverridable", "mustoverride", "partial",     "const"});
    add(kCondition,
        {"if", "elseif", "while", "for", "foreach", "switch", "using", "lock", "catch", "with", "fixed"});
    add(kPlain,
        {"else", "do", "try", "finally", "default", "echo", "print", "return", "throw", "yield", "await",
         "case", "endif", "endforeach", "endwhile", "endfor", "endswitch", "break", "continue"});
    add(kType, {"class", "interface", "trait", "struct", "namespace", "enum"});
    add(kAlone, {"then", "else", "loop", "wend", "next", "do", "try", "finally", "exit", "call", "set", "let",
                 "option", "on", "goto", "resume", "randomize"});
    return built;
  }();
  return table;
}

bool is(std::uint8_t kinds, std::string_view word) {
  const auto found = keywords().find(word);
  return found != keywords().end() && (found->second & kinds) != 0;
}

bool is_control(std::string_view word) {
  return is(kCondition | kPlain, word);
}

// Token without which nothing is found past the end.
const Token kEnd;

}  // namespace

const Token& Interpreter::peek(std::size_t ahead) const {
  return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kEnd;
}
bool Interpreter::at_op(std::uint32_t code, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::op && token.code == code;
}
bool Interpreter::at_name(std::string_view name, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::name && token.text == name;
}
bool Interpreter::accept(std::uint32_t code) {
  if (!at_op(code)) return false;
  ++at_;
  return true;
}
bool Interpreter::at_end_of_statement() const {
  const TokenKind kind = peek().kind;
  return kind == TokenKind::separator || kind == TokenKind::seam || kind == TokenKind::end;
}
std::size_t Interpreter::end_of_bracket() const {
  const std::size_t match = at_ < tokens_.size() ? tokens_[at_].match : 0;
  return match > at_ ? match : tokens_.size();
}

void Interpreter::leave_bracket(std::size_t close) {
  at_ = std::max(at_, std::min(close + 1, tokens_.size()));
}

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
  if (language != Language::php && (declared_ & mask(language)) == 0) declare_functions();
  declared_ |= mask(language);
  at_ = 0;
  statements(tokens.size());
}

// Functions are known, and what they are called with is kept, before they are walked: pages call first and
// define later. Not for PHP, where methods are known by their class.
void Interpreter::declare_functions() {
  for (at_ = 0; at_ + 2 < tokens_.size(); ++at_) {
    if (tokens_[at_].kind != TokenKind::name) continue;
    const std::string_view word = tokens_[at_].text;
    const bool keyword = word == "function" || (is_basic(language_) && word == "sub");
    const bool ends = at_ > 0 && tokens_[at_ - 1].kind == TokenKind::name &&
                      (tokens_[at_ - 1].text == "end" || tokens_[at_ - 1].text == "exit");
    if (keyword ? ends || tokens_[at_ + 1].kind != TokenKind::name : !defines_method() || is_control(word))
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
  if (is(kModifier, word) && !(word == "static" && at_op(op("::"), 1))) {
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

bool Interpreter::brace_keyword(std::string_view word, std::size_t end) {
  if (at_op(op("::"), 1) || at_op(op("."), 1) || at_op(op("->"), 1)) return false;
  if (is(kCondition, word)) {
    const bool loops = word == "for" || word == "foreach" || word == "while";
    ++at_;
    loop_ += loops ? 1 : 0;
    conditional_part(end);
    if (loops && at_op(op("{"))) block();
    loop_ -= loops ? 1 : 0;
    return true;
  }
  if (word == "return") {
    ++at_;
    if (at_end_of_statement()) return true;
    const Value value = expression();
    if (current_ != nullptr) current_->result = joined(current_->result, value);
    return true;
  }
  if (is(kPlain, word)) {
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
  if (language_ == Language::java && is(kType, word)) {
    if (!heads_java_class()) return false;  // "Class c = ...", whose letters are lower case here
    java_class(end);
    return true;
  }
  if (is(kType, word) && peek(1).kind == TokenKind::name) {
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

void Interpreter::skip_to_separator(std::size_t end) {
  while (at_ < end && !at_end_of_statement()) ++at_;
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
    ++at_;
    if (at_end_of_statement()) return true;
    const Value value = expression();
    if (current_ != nullptr) current_->result = joined(current_->result, value);
    return true;
  }
  if (word == "dim" || word == "redim" || word == "const") {
    ++at_;
    declare_variables();
    return true;
  }
  if (is(kAlone, word)) {
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

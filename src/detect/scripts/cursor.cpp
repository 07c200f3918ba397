// The interpreter's place among the tokens.
#include <algorithm>

#include "detect/scripts/interpreter.h"

namespace afterpatch::detect::scripts {
namespace {

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

}  // namespace afterpatch::detect::scripts

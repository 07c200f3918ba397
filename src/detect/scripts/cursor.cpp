// The interpreter's place among the tokens.
#include <algorithm>

#include "detect/scripts/interpreter.h"

namespace afterpatch::detect::scripts {

std::size_t Interpreter::end_of_bracket() const {
  const std::size_t match = at_ < tokens_.size() ? tokens_[at_].match : 0;
  return match > at_ ? match : tokens_.size();
}

void Interpreter::leave_bracket(std::size_t close) {
  at_ = std::max(at_, std::min(close + 1, tokens_.size()));
}

}  // namespace afterpatch::detect::scripts

// Keeps text that was made while a page is read, so that tokens and values can be views. Bounded: past its
// budget it answers with an empty view, and what would have been text is an unknown value.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace afterpatch::detect::scripts {

class Arena {
 public:
  static constexpr std::size_t kBudget = 32U << 20U;

  std::string_view keep(std::string text) {
    if (text.size() > kBudget - used_) return {};
    used_ += text.size();
    return kept_.emplace_back(std::move(text));
  }
  // Both texts as one. What was joined last grows in place, so that text put together piece by piece costs
  // its length, not its square.
  std::string_view join(std::string_view left, std::string_view right) {
    if (right.size() > kBudget - used_) return {};
    if (!kept_.empty() && left.data() == kept_.back().data() && left.size() == kept_.back().size() &&
        kept_.back().capacity() >= left.size() + right.size()) {
      used_ += right.size();
      return kept_.back().append(right);
    }
    if (left.size() + right.size() > kBudget - used_) return {};
    used_ += left.size() + right.size();
    std::string& both = kept_.emplace_back();
    both.reserve(2 * (left.size() + right.size()));
    return both.append(left).append(right);
  }
  bool has_room(std::size_t bytes) const { return bytes <= kBudget - used_; }

 private:
  std::deque<std::string> kept_;
  std::size_t used_ = 0;
};

}  // namespace afterpatch::detect::scripts

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
  bool has_room(std::size_t bytes) const { return bytes <= kBudget - used_; }

 private:
  std::deque<std::string> kept_;
  std::size_t used_ = 0;
};

}  // namespace afterpatch::detect::scripts

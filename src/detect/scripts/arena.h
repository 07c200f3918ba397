// Keeps text that was made while a page is read, so that tokens and values can be views. Bounded: past its
// budget it answers with an empty view, and what would have been text is an unknown value.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace afterpatch::detect::scripts {

class Arena {
 public:
  static constexpr std::size_t kBudget = 32U << 20U;

  std::string_view keep(std::string_view text) { return joined(text, {}); }

  // In lower case (ASCII).
  std::string_view keep_lower(std::string_view text) {
    const std::string_view kept = keep(text);
    char* const begin = next_ - kept.size();  // what was kept last
    std::transform(begin, next_, begin, [](char c) { return to_lower_ascii(c); });
    return kept;
  }

  // "ab" of "a" and "b". In place where `first` is what was kept last, so that a text that grows piece by
  // piece costs its length once.
  std::string_view joined(std::string_view first, std::string_view second) {
    const bool last = !first.empty() && first.data() + first.size() == next_;
    if (last && second.size() <= left_) {
      append(second);
      return {first.data(), first.size() + second.size()};
    }
    const std::size_t size = first.size() + second.size();
    if (!has_room(size)) return {};
    if (size > left_) start_block(size);
    const char* const begin = next_;
    append(first);
    append(second);
    return {begin, size};
  }
  bool has_room(std::size_t bytes) const { return bytes <= left_ || bytes <= kBudget - used_; }

 private:
  static constexpr std::size_t kBlock = 16U << 10U;

  // Twice what is wanted, so that what grows here is copied a few times only.
  void start_block(std::size_t wanted) {
    left_ = std::min(std::max(kBlock, wanted * 2), kBudget - used_);
    used_ += left_;
    next_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(left_)).get();
  }
  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;
};

}  // namespace afterpatch::detect::scripts

#include "web/answer_cache.h"

namespace afterpatch::web {

void AnswerCache::forget_all_of_other(const std::string& mark) {
  if (mark == mark_) return;
  mark_ = mark;
  entries_.clear();
  by_target_.clear();
  bytes_ = 0;
}

std::optional<CachedAnswer> AnswerCache::find(const std::string& target, const std::string& mark) {
  const std::lock_guard lock(mutex_);
  if (mark != mark_) return std::nullopt;
  const auto found = by_target_.find(target);
  if (found == by_target_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return entries_.front().answer;
}

void AnswerCache::keep(const std::string& target, const std::string& mark, const CachedAnswer& answer) {
  const std::lock_guard lock(mutex_);
  forget_all_of_other(mark);
  if (by_target_.contains(target) || answer.body.size() > most_bytes_ / 4) return;
  entries_.push_front({target, answer});
  by_target_[target] = entries_.begin();
  bytes_ += answer.body.size() + target.size();
  while (bytes_ > most_bytes_) {
    bytes_ -= entries_.back().answer.body.size() + entries_.back().target.size();
    by_target_.erase(entries_.back().target);
    entries_.pop_back();
  }
}

}  // namespace afterpatch::web

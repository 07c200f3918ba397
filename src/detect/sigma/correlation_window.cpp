#include "detect/sigma/correlation_window.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace afterpatch::detect::sigma {
namespace {

std::optional<double> within_limits(const Correlation& correlation, double value) {
  const bool all = std::ranges::all_of(correlation.limits,
                                       [&](const CorrelationLimit& limit) { return holds(limit, value); });
  return all ? std::optional(value) : std::nullopt;
}

class CountWindow : public Window {
 public:
  explicit CountWindow(const Correlation& correlation) : correlation_(correlation) {}
  void enter(const StoredMatch&) override { ++count_; }
  void leave(const StoredMatch&) override { --count_; }
  std::optional<double> satisfied() const override {
    return within_limits(correlation_, static_cast<double>(count_));
  }

 private:
  const Correlation& correlation_;
  std::uint64_t count_ = 0;
};

class DistinctWindow : public Window {
 public:
  explicit DistinctWindow(const Correlation& correlation) : correlation_(correlation) {}
  void enter(const StoredMatch& match) override { ++counts_[match.value]; }
  void leave(const StoredMatch& match) override {
    const auto found = counts_.find(match.value);
    if (--found->second == 0) counts_.erase(found);
  }
  std::optional<double> satisfied() const override {
    return within_limits(correlation_, static_cast<double>(counts_.size()));
  }

 private:
  const Correlation& correlation_;
  std::unordered_map<std::uint64_t, std::uint64_t> counts_;
};

// A queue that knows its sum without ever subtracting: after 1e300 has left, no digit of the rest is lost.
// Two stacks: the older half with the sums of everything above, the newer half with one sum.
class SummingQueue {
 public:
  void push(double number) {
    newer_.push_back(number);
    newer_sum_ += number;
  }

  void pop() {
    if (older_sums_.empty()) turn_over();
    older_sums_.pop_back();
  }

  double sum() const { return (older_sums_.empty() ? 0 : older_sums_.back()) + newer_sum_; }
  std::size_t size() const { return older_sums_.size() + newer_.size(); }

 private:
  void turn_over() {
    double sum = 0;
    for (auto number = newer_.rbegin(); number != newer_.rend(); ++number) {
      sum += *number;
      older_sums_.push_back(sum);
    }
    newer_.clear();
    newer_sum_ = 0;
  }

  std::vector<double> older_sums_;  // oldest on top
  std::vector<double> newer_;
  double newer_sum_ = 0;
};

class SumWindow : public Window {
 public:
  explicit SumWindow(const Correlation& correlation) : correlation_(correlation) {}
  void enter(const StoredMatch& match) override { queue_.push(match.number()); }
  void leave(const StoredMatch&) override { queue_.pop(); }
  std::optional<double> satisfied() const override {
    const bool average = correlation_.type == CorrelationType::value_avg;
    return within_limits(correlation_,
                         average ? queue_.sum() / static_cast<double>(queue_.size()) : queue_.sum());
  }

 private:
  const Correlation& correlation_;
  SummingQueue queue_;
};

// A Fenwick tree over the ranks of the group's numbers: enter, leave and "the k-th smallest" take O(log n).
class PercentileWindow : public Window {
 public:
  PercentileWindow(const Correlation& correlation, std::span<const StoredMatch> group)
      : correlation_(correlation) {
    for (const StoredMatch& match : group) numbers_.push_back(match.number());
    std::ranges::sort(numbers_);
    numbers_.erase(std::ranges::unique(numbers_).begin(), numbers_.end());
    tree_.resize(numbers_.size() + 1);
  }

  void enter(const StoredMatch& match) override { change(match, 1); }
  void leave(const StoredMatch& match) override { change(match, -1); }
  std::optional<double> satisfied() const override { return within_limits(correlation_, percentile()); }

 private:
  void change(const StoredMatch& match, std::int64_t by) {
    const auto rank = std::ranges::lower_bound(numbers_, match.number()) - numbers_.begin();
    for (std::size_t i = static_cast<std::size_t>(rank) + 1; i < tree_.size(); i += i & (~i + 1))
      tree_[i] += by;
    size_ += by;
  }

  // k counts from 0.
  double kth_smallest(std::int64_t k) const {
    std::size_t at = 0;
    for (std::size_t step = std::bit_floor(tree_.size() - 1); step > 0; step /= 2) {
      if (at + step < tree_.size() && tree_[at + step] <= k) {
        at += step;
        k -= tree_[at];
      }
    }
    return numbers_[at];
  }

  // Linear interpolation between closest ranks, C = 1 (docs/sigma.md, A13).
  double percentile() const {
    const double wanted =
        correlation_.type == CorrelationType::value_median ? 50 : correlation_.percentile.value_or(50);
    const double rank = wanted / 100 * static_cast<double>(size_ - 1);
    const double below = std::floor(rank);
    const auto k = static_cast<std::int64_t>(below);
    const double low = kth_smallest(k);
    const double high = k + 1 < size_ ? kth_smallest(k + 1) : low;
    return low + (rank - below) * (high - low);
  }

  const Correlation& correlation_;
  std::vector<double> numbers_;  // rising, each once
  std::vector<std::int64_t> tree_;
  std::int64_t size_ = 0;
};

// Which rules were seen.
class SeenWindow : public Window {
 public:
  explicit SeenWindow(const Correlation& correlation)
      : correlation_(correlation), counts_(correlation.bases.size()) {}

  void enter(const StoredMatch& match) override {
    if (counts_[match.base]++ == 0) ++seen_, asked_ = false;
  }
  void leave(const StoredMatch& match) override {
    if (--counts_[match.base] == 0) --seen_, asked_ = false;
  }

  // The answer changes only with the set of rules seen, so that a long condition is not asked at every match.
  std::optional<double> satisfied() const override {
    if (!asked_) answer_ = ask();
    asked_ = true;
    return answer_;
  }

 private:
  std::optional<double> ask() const {
    const auto seen = static_cast<double>(seen_);
    if (!correlation_.limits.empty()) return within_limits(correlation_, seen);
    const bool all = correlation_.extended ? is_true(*correlation_.extended) : seen_ == counts_.size();
    return all ? std::optional(seen) : std::nullopt;
  }

  bool is_true(const Condition& condition) const {
    const auto part_is_true = [this](const Condition& part) { return is_true(part); };
    switch (condition.kind) {
      case Condition::Kind::selection:
        return counts_[condition.selection] > 0;
      case Condition::Kind::all_of:
        return std::ranges::all_of(condition.parts, part_is_true);
      case Condition::Kind::any_of:
        return std::ranges::any_of(condition.parts, part_is_true);
      case Condition::Kind::negation:
        return !is_true(condition.parts[0]);
    }
    return false;
  }

  const Correlation& correlation_;
  std::vector<std::uint64_t> counts_;  // by base
  std::size_t seen_ = 0;
  mutable bool asked_ = false;
  mutable std::optional<double> answer_;
};

// Rules in their order. For each step of the sequence it keeps the latest match with which a sequence up to
// that step can begin; the whole sequence lies in the window when that match has not left it.
class OrderedWindow : public Window {
 public:
  explicit OrderedWindow(const Correlation& correlation) : steps_(correlation.bases.size(), kUnwanted) {
    std::vector<bool> unwanted(correlation.bases.size());
    if (correlation.extended) mark_unwanted(*correlation.extended, unwanted);
    for (std::size_t base = 0; base < unwanted.size(); ++base) {
      if (unwanted[base]) continue;
      steps_[base] = begins_.size();
      begins_.push_back(0);
    }
  }

  void enter(const StoredMatch& match) override {
    ++entered_;
    const std::size_t step = steps_[match.base];
    if (step == kUnwanted) {
      ++unwanted_inside_;
    } else {
      begins_[step] = step == 0 ? entered_ : begins_[step - 1];
    }
  }

  void leave(const StoredMatch& match) override {
    ++left_;
    if (steps_[match.base] == kUnwanted) --unwanted_inside_;
  }

  std::optional<double> satisfied() const override {
    const bool whole = begins_.empty() || begins_.back() > left_;
    if (!whole || unwanted_inside_ > 0) return std::nullopt;
    return static_cast<double>(begins_.size());
  }

 private:
  static constexpr std::size_t kUnwanted = static_cast<std::size_t>(-1);

  static void mark_unwanted(const Condition& condition, std::vector<bool>& unwanted) {
    if (condition.kind == Condition::Kind::negation) unwanted[condition.parts[0].selection] = true;
    for (const Condition& part : condition.parts) mark_unwanted(part, unwanted);
  }

  std::vector<std::size_t> steps_;     // by base; kUnwanted for those under `not`
  std::vector<std::uint64_t> begins_;  // by step: number of the match, counted from 1; 0 = none yet
  std::uint64_t entered_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t unwanted_inside_ = 0;
};

}  // namespace

std::unique_ptr<Window> make_window(const Correlation& correlation, std::span<const StoredMatch> group) {
  switch (correlation.type) {
    case CorrelationType::event_count:
      return std::make_unique<CountWindow>(correlation);
    case CorrelationType::value_count:
      return std::make_unique<DistinctWindow>(correlation);
    case CorrelationType::value_sum:
    case CorrelationType::value_avg:
      return std::make_unique<SumWindow>(correlation);
    case CorrelationType::value_percentile:
    case CorrelationType::value_median:
      return std::make_unique<PercentileWindow>(correlation, group);
    case CorrelationType::temporal:
      return std::make_unique<SeenWindow>(correlation);
    case CorrelationType::temporal_ordered:
      return std::make_unique<OrderedWindow>(correlation);
  }
  return nullptr;
}

}  // namespace afterpatch::detect::sigma

#include "situation/change_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace afterpatch::situation {
namespace {

constexpr double kNoDispersion = 1e9;

class SegmentCost {
 public:
  SegmentCost(const std::vector<std::uint64_t>& counts, CountModel model, double size)
      : sums_(counts.size() + 1), model_(model), size_(size) {
    for (std::size_t i = 0; i < counts.size(); ++i) sums_[i + 1] = sums_[i] + static_cast<double>(counts[i]);
  }

  // Of the counts first..end-1; terms that every division has alike are left out.
  double operator()(std::size_t first, std::size_t end) const {
    const double sum = sums_[end] - sums_[first];
    if (sum <= 0) return 0;
    const auto length = static_cast<double>(end - first);
    const double mean = sum / length;
    if (model_ == CountModel::poisson) return 2 * (sum - sum * std::log(mean));
    return 2 * (length * size_ * std::log1p(mean / size_) - sum * std::log(mean / (size_ + mean)));
  }

  double mean(std::size_t first, std::size_t end) const {
    return (sums_[end] - sums_[first]) / static_cast<double>(end - first);
  }

 private:
  std::vector<double> sums_;
  CountModel model_;
  double size_;
};

// PELT: `before[end]` is where the last segment of the best division of counts[0..end) begins. A beginning is
// dropped once it can never be best again (the paper's inequality 5, K = 0 for likelihoods).
std::vector<std::size_t> best_beginnings(std::size_t length, std::size_t shortest, double penalty,
                                         const SegmentCost& cost) {
  std::vector<double> best(length + 1, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> before(length + 1, 0);
  best[0] = -penalty;
  std::vector<std::size_t> beginnings;
  for (std::size_t end = shortest; end <= length; ++end) {
    beginnings.push_back(end - shortest);
    for (const std::size_t begin : beginnings) {
      const double way = best[begin] + cost(begin, end) + penalty;
      if (way < best[end]) best[end] = way, before[end] = begin;
    }
    // With segments of at least two, a beginning that is beaten now may not be replaced by `end` at once.
    if (shortest == 1)
      std::erase_if(beginnings,
                    [&](std::size_t begin) { return best[begin] + cost(begin, end) > best[end]; });
  }
  return before;
}

}  // namespace

std::vector<Segment> segments_of(const std::vector<std::uint64_t>& counts,
                                 const ChangePointSettings& settings) {
  if (counts.empty()) return {};
  const double size = settings.size > 0 ? settings.size : dispersion_size(counts);
  const SegmentCost cost(counts, settings.model, size);
  const std::size_t shortest = std::min(settings.shortest, counts.size());
  const double penalty = settings.penalty.value_or(3 * std::log(static_cast<double>(counts.size())));
  const auto before = best_beginnings(counts.size(), shortest, penalty, cost);
  std::vector<Segment> out;
  for (std::size_t end = counts.size(); end > 0; end = before[end])
    out.push_back({before[end], end - 1, cost.mean(before[end], end)});
  std::reverse(out.begin(), out.end());
  return out;
}

double dispersion_size(const std::vector<std::uint64_t>& counts) {
  struct Pair {
    double variance;  // of two neighbours, each unbiased
    double mean;
  };
  std::vector<Pair> pairs;
  for (std::size_t i = 1; i < counts.size(); ++i) {
    const auto a = static_cast<double>(counts[i - 1]);
    const auto b = static_cast<double>(counts[i]);
    if (a + b > 0) pairs.push_back({(a - b) * (a - b) / 2, (a + b) / 2});
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.variance < b.variance; });
  pairs.resize(pairs.size() - pairs.size() / 10);
  double excess = 0;
  double squares = 0;
  for (const Pair& pair : pairs) {
    excess += pair.variance - pair.mean;
    squares += pair.mean * pair.mean;
  }
  return excess <= 0 || squares <= 0 ? kNoDispersion : std::min(kNoDispersion, squares / excess);
}

}  // namespace afterpatch::situation

#include "notify/proportion.h"

#include <algorithm>
#include <cmath>

namespace afterpatch::notify {
namespace {

constexpr double kZ = 1.959963984540054;  // 97.5 % quantile of the normal distribution

}  // namespace

Proportion proportion(std::uint64_t with, std::uint64_t of) {
  Proportion out;
  out.with = with;
  out.of = of;
  if (of == 0) return out;
  const auto n = static_cast<double>(of);
  const double p = static_cast<double>(with) / n;
  const double middle = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  out.share = p;
  out.low = with == 0 ? 0 : std::max(0.0, middle - half);
  out.high = with == of ? 1 : std::min(1.0, middle + half);
  return out;
}

Difference difference(const Proportion& a, const Proportion& b) {
  Difference out;
  if (a.of == 0 || b.of == 0) return out;
  out.share = a.share - b.share;
  out.low = out.share - std::hypot(a.share - a.low, b.high - b.share);
  out.high = out.share + std::hypot(a.high - a.share, b.share - b.low);
  return out;
}

}  // namespace afterpatch::notify

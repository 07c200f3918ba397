#include "situation/second_group.h"

#include <algorithm>
#include <cmath>

namespace afterpatch::situation {
namespace {

constexpr double kLevel = 0.01;

double log_choose(std::uint64_t n, std::uint64_t k) {
  const auto log_factorial = [](std::uint64_t x) { return std::lgamma(static_cast<double>(x) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

// P(X == k).
double hypergeometric(std::uint64_t k, std::uint64_t whole, std::uint64_t marked, std::uint64_t drawn) {
  if (k > marked || k > drawn || drawn - k > whole - marked) return 0;
  return std::exp(log_choose(marked, k) + log_choose(whole - marked, drawn - k) - log_choose(whole, drawn));
}

double at_least(std::uint64_t k, std::uint64_t whole, std::uint64_t marked, std::uint64_t drawn) {
  double sum = 0;
  for (std::uint64_t i = std::min(marked, drawn) + 1; i-- > k;)
    sum += hypergeometric(i, whole, marked, drawn);
  return std::min(sum, 1.0);
}

}  // namespace

double hypergeometric_at_most(std::uint64_t k, std::uint64_t whole, std::uint64_t marked,
                              std::uint64_t drawn) {
  double sum = 0;
  for (std::uint64_t i = 0; i <= std::min({k, marked, drawn}); ++i)
    sum += hypergeometric(i, whole, marked, drawn);
  return std::min(sum, 1.0);
}

Meeting meet(std::string a, std::string b, std::uint64_t servers, std::uint64_t with_a, std::uint64_t with_b,
             std::uint64_t with_both) {
  Meeting out{std::move(a), std::move(b), servers, with_a, with_b, with_both, 0, 1, 1};
  if (servers == 0) return out;
  out.expected = static_cast<double>(with_a) * static_cast<double>(with_b) / static_cast<double>(servers);
  out.more = at_least(with_both, servers, with_a, with_b);
  out.fewer = hypergeometric_at_most(with_both, servers, with_a, with_b);
  return out;
}

Meets judge(const Meeting& meeting, std::size_t tests) {
  const double level = kLevel / static_cast<double>(2 * std::max<std::size_t>(tests, 1));
  if (meeting.more < level) return Meets::more_than_chance;
  return meeting.fewer < level ? Meets::less_than_chance : Meets::as_chance;
}

}  // namespace afterpatch::situation

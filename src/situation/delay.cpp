#include "situation/delay.h"

#include <algorithm>
#include <cmath>

namespace afterpatch::situation {
namespace {

constexpr double kNormal95 = 1.959963984540054;

std::int64_t delay_of(const ReportedEvent& event) {
  return std::max<std::int64_t>(0, event.reported - event.day);
}

std::vector<ReportedEvent> known_by(const std::vector<ReportedEvent>& events, std::int64_t today) {
  std::vector<ReportedEvent> out;
  for (const ReportedEvent& event : events)
    if (event.day <= today && event.day + delay_of(event) <= today) out.push_back(event);
  return out;
}

// counts[delay][days since it happened]: who could have been seen with which delay.
struct Truncated {
  std::vector<double> with_delay;  // n_d: events with delay d
  std::vector<double> at_risk;     // N_d: events with a delay of at most d that are at least d days old
};

Truncated tabulate(const std::vector<ReportedEvent>& known, std::int64_t today) {
  std::int64_t longest = 0;
  for (const ReportedEvent& event : known) longest = std::max(longest, delay_of(event));
  const auto size = static_cast<std::size_t>(longest) + 1;
  std::vector<double> starts(size + 1, 0);
  Truncated out{std::vector<double>(size, 0), std::vector<double>(size, 0)};
  for (const ReportedEvent& event : known) {
    const auto delay = static_cast<std::size_t>(delay_of(event));
    const auto age = static_cast<std::size_t>(today - event.day);
    out.with_delay[delay] += 1;
    starts[delay] += 1;  // at risk from its own delay up to its age
    starts[std::min(age + 1, size)] -= 1;
  }
  double sum = 0;
  for (std::size_t d = 0; d < size; ++d) out.at_risk[d] = sum += starts[d];
  return out;
}

NowcastDay estimate(std::int64_t day, std::uint64_t reported, double complete) {
  NowcastDay out{day, reported, complete, std::nullopt, 0, 0};
  if (complete < kLeastComplete) return out;
  const auto known = static_cast<double>(reported);
  out.expected = known / complete;
  // Of a day with no report yet, the spread of one with a single report is taken.
  const double spread = kNormal95 * std::sqrt(std::max(known, 1.0) * (1 - complete)) / complete;
  out.low = std::max(known, *out.expected - spread);
  out.high = *out.expected + spread;
  return out;
}

}  // namespace

std::vector<double> delay_distribution(const std::vector<ReportedEvent>& events, std::int64_t today) {
  const auto known = known_by(events, today);
  if (known.empty()) return {};
  const Truncated table = tabulate(known, today);
  std::vector<double> shares(table.with_delay.size(), 1);
  for (std::size_t d = shares.size() - 1; d > 0; --d) {
    const double hazard = table.at_risk[d] > 0 ? table.with_delay[d] / table.at_risk[d] : 0;
    shares[d - 1] = shares[d] * (1 - hazard);
  }
  return shares;
}

std::vector<NowcastDay> nowcast(const std::vector<ReportedEvent>& events, std::int64_t today) {
  const auto known = known_by(events, today);
  if (known.empty()) return {};
  const auto shares = delay_distribution(known, today);
  std::int64_t first = today;
  for (const ReportedEvent& event : known) first = std::min(first, event.day);
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(today - first) + 1, 0);
  for (const ReportedEvent& event : known) ++counts[static_cast<std::size_t>(event.day - first)];
  std::vector<NowcastDay> out;
  for (std::int64_t day = first; day <= today; ++day) {
    const auto age = std::min(static_cast<std::size_t>(today - day), shares.size() - 1);
    out.push_back(estimate(day, counts[static_cast<std::size_t>(day - first)], shares[age]));
  }
  return out;
}

}  // namespace afterpatch::situation

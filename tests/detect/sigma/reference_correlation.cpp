#include "detect/sigma/reference_correlation.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "base/text.h"
#include "detect/sigma/number.h"

namespace afterpatch::detect::sigma {
namespace {

using Group = std::map<std::string, std::string>;

std::optional<Group> group_of(const Correlation& correlation, const ReferenceEvent& event) {
  Group group;
  for (std::size_t i = 0; i < correlation.group_by.size(); ++i) {
    const auto field = event.fields.find(correlation.bases[event.base].group_by[i]);
    if (field == event.fields.end()) return std::nullopt;
    group[correlation.group_by[i]] = to_lower_ascii(field->second);
  }
  return group;
}

// The texts of the counted fields, in lower case; empty when one is missing or is no number where one is
// needed.
std::vector<std::string> values_of(const Correlation& correlation, const ReferenceEvent& event) {
  std::vector<std::string> values;
  for (const std::string& name : correlation.bases[event.base].fields) {
    const auto field = event.fields.find(name);
    if (field == event.fields.end()) return {};
    if (correlation.type != CorrelationType::value_count && !parse_decimal(field->second)) return {};
    values.push_back(to_lower_ascii(field->second));
  }
  return values;
}

double number_of(const Correlation& correlation, const ReferenceEvent& event) {
  return std::stod(values_of(correlation, event)[0]);
}

double percentile_of(std::vector<double> numbers, double percentile) {
  std::ranges::sort(numbers);
  const double rank = percentile / 100 * static_cast<double>(numbers.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(rank));
  const std::size_t above = std::min(below + 1, numbers.size() - 1);
  return numbers[below] + (rank - std::floor(rank)) * (numbers[above] - numbers[below]);
}

bool is_true(const Condition& condition, const std::set<std::size_t>& seen) {
  switch (condition.kind) {
    case Condition::Kind::selection:
      return seen.contains(condition.selection);
    case Condition::Kind::all_of:
      return std::ranges::all_of(condition.parts, [&](const auto& part) { return is_true(part, seen); });
    case Condition::Kind::any_of:
      return std::ranges::any_of(condition.parts, [&](const auto& part) { return is_true(part, seen); });
    case Condition::Kind::negation:
      return !is_true(condition.parts[0], seen);
  }
  return false;
}

void find_unwanted(const Condition& condition, std::set<std::size_t>& unwanted) {
  if (condition.kind == Condition::Kind::negation) unwanted.insert(condition.parts[0].selection);
  for (const Condition& part : condition.parts) find_unwanted(part, unwanted);
}

std::optional<double> ordered(const Correlation& correlation, const std::vector<ReferenceEvent>& window) {
  std::set<std::size_t> unwanted;
  if (correlation.extended) find_unwanted(*correlation.extended, unwanted);
  std::vector<std::size_t> wanted;
  for (std::size_t base = 0; base < correlation.bases.size(); ++base) {
    if (!unwanted.contains(base)) wanted.push_back(base);
  }
  std::size_t done = 0;
  for (const ReferenceEvent& event : window) {
    if (unwanted.contains(event.base)) return std::nullopt;
    if (done < wanted.size() && event.base == wanted[done]) ++done;
  }
  if (done < wanted.size()) return std::nullopt;
  return static_cast<double>(wanted.size());
}

std::optional<double> temporal(const Correlation& correlation, const std::vector<ReferenceEvent>& window) {
  std::set<std::size_t> seen;
  for (const ReferenceEvent& event : window) seen.insert(event.base);
  bool holds_all = seen.size() == correlation.bases.size();
  if (correlation.extended) holds_all = is_true(*correlation.extended, seen);
  const auto value = static_cast<double>(seen.size());
  if (!correlation.limits.empty())
    holds_all =
        std::ranges::all_of(correlation.limits, [&](const auto& limit) { return holds(limit, value); });
  return holds_all ? std::optional(value) : std::nullopt;
}

double computed(const Correlation& correlation, const std::vector<ReferenceEvent>& window) {
  const auto size = static_cast<double>(window.size());
  if (correlation.type == CorrelationType::event_count) return size;
  if (correlation.type == CorrelationType::value_count) {
    std::set<std::vector<std::string>> distinct;
    for (const ReferenceEvent& event : window) distinct.insert(values_of(correlation, event));
    return static_cast<double>(distinct.size());
  }
  std::vector<double> numbers;
  double sum = 0;
  for (const ReferenceEvent& event : window)
    numbers.push_back(number_of(correlation, event)), sum += numbers.back();
  if (correlation.type == CorrelationType::value_sum) return sum;
  if (correlation.type == CorrelationType::value_avg) return sum / size;
  return percentile_of(numbers,
                       correlation.type == CorrelationType::value_median ? 50 : *correlation.percentile);
}

std::optional<double> asked(const Correlation& correlation, const std::vector<ReferenceEvent>& window) {
  if (correlation.type == CorrelationType::temporal) return temporal(correlation, window);
  if (correlation.type == CorrelationType::temporal_ordered) return ordered(correlation, window);
  const double value = computed(correlation, window);
  const bool all =
      std::ranges::all_of(correlation.limits, [&](const auto& limit) { return holds(limit, value); });
  return all ? std::optional(value) : std::nullopt;
}

std::vector<ReferenceEvent> window_at(const Correlation& correlation,
                                      const std::vector<ReferenceEvent>& events, std::int64_t now) {
  std::vector<ReferenceEvent> window;
  for (const ReferenceEvent& event : events) {
    if (event.seconds <= now && event.seconds >= now - correlation.timespan_seconds) window.push_back(event);
  }
  return window;
}

std::uint64_t count_between(const std::vector<ReferenceEvent>& events, std::int64_t first,
                            std::int64_t last) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      events, [&](const ReferenceEvent& event) { return event.seconds >= first && event.seconds <= last; }));
}

void add_stretches(const Correlation& correlation, const Group& group,
                   const std::vector<ReferenceEvent>& events, std::vector<ReferenceStretch>& stretches) {
  std::set<std::int64_t> moments;
  for (const ReferenceEvent& event : events) moments.insert(event.seconds);
  std::optional<ReferenceStretch> open;
  for (const std::int64_t now : moments) {
    const auto window = window_at(correlation, events, now);
    const auto value = asked(correlation, window);
    if (!value) continue;
    if (open && window.front().seconds > open->last) stretches.push_back(*std::exchange(open, std::nullopt));
    if (!open) open = ReferenceStretch{group, window.front().seconds, now, 0, *value};
    open->last = now;
    open->count = count_between(events, open->first, open->last);
  }
  if (open) stretches.push_back(*open);
}

}  // namespace

std::vector<ReferenceStretch> reference_stretches(const Correlation& correlation,
                                                  std::vector<ReferenceEvent> events) {
  std::ranges::sort(events, {}, [](const ReferenceEvent& event) {
    return std::tuple(event.seconds, event.reference, event.base);
  });
  std::map<Group, std::vector<ReferenceEvent>> groups;
  for (const ReferenceEvent& event : events) {
    const auto group = group_of(correlation, event);
    if (!group || (needs_values(correlation.type) && values_of(correlation, event).empty())) continue;
    auto& members = groups[*group];
    const bool again = !is_temporal(correlation.type) && !members.empty() &&
                       members.back().seconds == event.seconds && members.back().reference == event.reference;
    if (!again) members.push_back(event);
  }
  std::vector<ReferenceStretch> stretches;
  for (const auto& [group, members] : groups) add_stretches(correlation, group, members, stretches);
  std::ranges::sort(stretches, {}, [](const ReferenceStretch& stretch) {
    return std::tuple(stretch.first, stretch.last, stretch.group);
  });
  return stretches;
}

}  // namespace afterpatch::detect::sigma

#include "detect/idle_rules.h"

#include <algorithm>

#include "detect/sigma/log_source.h"

namespace afterpatch::detect {
namespace {

// What was there to look at.
struct Seen {
  const std::vector<std::string_view>& logs;
  const events::EventRules& events;
};

bool is_idle(const sigma::Rule& rule, const Seen& seen) {
  if (events::is_for_windows_events(rule.log_source)) return !seen.events.is_met(rule.log_source);
  return std::none_of(seen.logs.begin(), seen.logs.end(), [&](std::string_view log) {
    const sigma::Route* route = sigma::find_route(log);
    return route != nullptr && sigma::applies(rule.log_source, *route);
  });
}

std::uint64_t count_of_set(const sigma::RuleSet& set, const Seen& seen) {
  std::vector<bool> rules;
  for (const sigma::Rule& rule : set.rules) rules.push_back(is_idle(rule, seen));
  std::vector<bool> correlations;
  for (const sigma::Correlation& correlation : set.correlations) {
    correlations.push_back(std::all_of(
        correlation.bases.begin(), correlation.bases.end(), [&](const sigma::CorrelationBase& base) {
          return base.is_correlation ? correlations[base.index] : rules[base.index];
        }));
  }
  return static_cast<std::uint64_t>(std::count(rules.begin(), rules.end(), true) +
                                    std::count(correlations.begin(), correlations.end(), true));
}

}  // namespace

std::uint64_t count_idle(const SigmaRules& rules, const std::vector<std::string_view>& logs,
                         const events::EventRules& events) {
  const Seen seen{logs, events};
  return count_of_set(*rules.campaign, seen) + count_of_set(*rules.user, seen);
}

}  // namespace afterpatch::detect

#include "detect/correlation_input.h"

#include <algorithm>
#include <set>
#include <utility>

#include "detect/sigma/correlation_engine.h"

namespace afterpatch::detect {

CorrelationInput::CorrelationInput(std::span<const RuleOfSet> rules) {
  for (const RuleOfSet& rule : rules) {
    auto fields = sigma::correlation_fields(rule.set->correlations, rule.rule);
    Wanted& wanted = rules_.emplace_back();
    wanted.wanted = fields.has_value();
    wanted.of_campaign = rule.of_campaign;
    wanted.rule = rule.rule;
    if (fields) wanted.fields = std::move(*fields);
  }
}

std::vector<std::string> CorrelationInput::field_names() const {
  std::set<std::string> names;
  for (const Wanted& rule : rules_) names.insert(rule.fields.begin(), rule.fields.end());
  return {names.begin(), names.end()};
}

void CorrelationInput::bind(const sigma::Program& program) {
  const std::vector<std::string>& names = program.field_names();
  for (Wanted& rule : rules_) {
    rule.ids.clear();
    for (const std::string& field : rule.fields)
      rule.ids.push_back(static_cast<sigma::FieldId>(std::ranges::find(names, field) - names.begin()));
  }
}

void CorrelationInput::add(std::size_t rule, const sigma::Event& event, const Found& found,
                           BaseMatches& matches) const {
  if (!found.time) {
    ++matches.without_time;
    return;
  }
  const Wanted& wanted = rules_[rule];
  BaseMatch match{wanted.of_campaign,
                  wanted.rule,
                  *found.time,
                  found.place,
                  std::string(found.log),
                  std::string(found.raw.substr(0, kMaxRawBytes)),
                  {}};
  for (const sigma::FieldId id : wanted.ids) {
    const auto values = event.values(id);
    match.values.push_back(values.empty()
                               ? std::nullopt
                               : std::optional<std::string>(values[0].substr(0, sigma::kMaxGroupValueBytes)));
  }
  matches.matches.push_back(std::move(match));
}

}  // namespace afterpatch::detect

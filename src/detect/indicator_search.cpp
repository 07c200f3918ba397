#include "detect/indicator_search.h"

#include <algorithm>

#include "base/text.h"
#include "detect/record_facts.h"
#include "detect/row_detection.h"

namespace afterpatch::detect {
namespace {

using files::IndicatorType;

bool says_something(const files::Indicator& indicator) {
  return indicator.strong || indicator.type != IndicatorType::user_agent;
}

bool same_but_for_plus(char row, char wanted) {
  return to_lower_ascii(row) == to_lower_ascii(wanted) || (wanted == ' ' && row == '+') ||
         (wanted == '+' && row == ' ');
}

// Whether the literal's whole value stands anywhere in the row.
bool stands_in(const files::LogLiteral& literal, std::string_view row) {
  for (auto at = row.begin();; ++at) {
    at = std::search(at, row.end(), literal.witness.begin(), literal.witness.end(), same_but_for_plus);
    if (at == row.end()) return false;
    if (files::matches_in(literal, row, static_cast<std::size_t>(at - row.begin()))) return true;
  }
}

}  // namespace

IndicatorSearch::IndicatorSearch(std::shared_ptr<const files::IndicatorSet> indicators)
    : indicators_(std::move(indicators)) {
  const auto& literals = indicators_->literals();
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (literals[i].witness.empty() || !says_something(indicators_->indicators()[literals[i].indicator]))
      continue;
    used_.push_back(i);
    literals_.push_back({literals[i].witness, literals[i].type == IndicatorType::user_agent});
  }
}

void IndicatorSearch::examine(const Candidate& candidate, Scratch*, BlockOutcome& outcome) const {
  for (const std::uint32_t number : candidate.literals) {
    const files::LogLiteral& literal = indicators_->literals()[used_[number]];
    if (!stands_in(literal, candidate.record.raw)) continue;
    const files::Indicator& indicator = indicators_->indicators()[literal.indicator];
    Detection detection;
    detection.rule_kind = RuleKind::indicator;
    detection.rule_id = "indicator " + std::string(to_string(indicator.type)) + " " + indicator.value;
    detection.title = "Listed " + std::string(to_string(indicator.type)) + " " + indicator.value;
    detection.level = indicator.strong ? "medium" : "low";
    detection.confidence = indicator.strong ? Confidence::likely : Confidence::possible;
    detection.campaign = indicator.campaign;
    detection.fields.emplace_back(
        "reason", "listed in " + indicator.origin + (indicator.note.empty() ? "" : ": " + indicator.note));
    if (outcome.count_match(detection.rule_id)) add_row_detection(std::move(detection), candidate, outcome);
  }
}

}  // namespace afterpatch::detect

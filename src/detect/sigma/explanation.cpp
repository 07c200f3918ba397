// Single values are asked of the same program that the search uses; what joins them is simple enough to be
// put together here.
#include "detect/sigma/explanation.h"

#include <algorithm>
#include <deque>
#include <span>
#include <utility>
#include <variant>

namespace afterpatch::detect::sigma {
namespace {

void collect_tests(const Detection& detection, std::deque<Rule>& tests) {
  for (const Detection& part : detection.parts) collect_tests(part, tests);
  if (detection.kind != Detection::Kind::item) return;
  for (const Value& value : detection.item.values) {
    Detection single{Detection::Kind::item, {detection.item.field, {value}, false, false, 0}, {}};
    tests.emplace_back().selections.push_back({"value", std::move(single), 0});
  }
}

std::deque<Rule> tests_of(const Rule& rule, std::vector<std::size_t>& first_tests) {
  std::deque<Rule> tests;
  for (const Selection& selection : rule.selections) {
    first_tests.push_back(tests.size());
    collect_tests(selection.detection, tests);
  }
  return tests;
}

Program program_of(const Rule& rule, std::vector<std::size_t>& first_tests) {
  const std::deque<Rule> tests = tests_of(rule, first_tests);
  std::vector<const Rule*> pointers;
  for (const Rule& test : tests) pointers.push_back(&test);
  return Program(pointers);
}

bool result_of(Explanation::Kind kind, const std::vector<Explanation>& parts) {
  if (kind == Explanation::Kind::negation) return !parts[0].result;
  if (kind == Explanation::Kind::any_of) return std::ranges::any_of(parts, &Explanation::result);
  return std::ranges::all_of(parts, &Explanation::result);
}

Explanation joined(Explanation::Kind kind, std::vector<Explanation> parts) {
  const bool result = result_of(kind, parts);
  return {kind, result, {}, 0, {}, std::move(parts)};
}

}  // namespace

Explainer::Explainer(const Rule& rule) : rule_(rule), program_(program_of(rule_, first_tests_)) {}

Explanation Explainer::explain(const Event& event) const {
  Memo memo(program_);
  memo.start_record();
  return explain_condition(rule_.condition, event, memo);
}

Explanation Explainer::explain_condition(const Condition& condition, const Event& event, Memo& memo) const {
  if (condition.kind == Condition::Kind::selection)
    return explain_selection(condition.selection, event, memo);
  std::vector<Explanation> parts;
  for (const Condition& part : condition.parts) parts.push_back(explain_condition(part, event, memo));
  const auto kind = condition.kind == Condition::Kind::negation ? Explanation::Kind::negation
                    : condition.kind == Condition::Kind::all_of ? Explanation::Kind::all_of
                                                                : Explanation::Kind::any_of;
  return joined(kind, std::move(parts));
}

Explanation Explainer::explain_selection(std::size_t selection, const Event& event, Memo& memo) const {
  std::size_t next_test = first_tests_[selection];
  const Selection& named = rule_.selections[selection];
  Explanation inner = explain_detection(named.detection, event, memo, next_test);
  const bool result = inner.result;
  Explanation explanation{Explanation::Kind::selection, result, named.name, named.line, {}, {}};
  explanation.parts.push_back(std::move(inner));
  return explanation;
}

Explanation Explainer::explain_detection(const Detection& detection, const Event& event, Memo& memo,
                                         std::size_t& next_test) const {
  if (detection.kind == Detection::Kind::item) return explain_item(detection.item, event, memo, next_test);
  std::vector<Explanation> parts;
  for (const Detection& part : detection.parts)
    parts.push_back(explain_detection(part, event, memo, next_test));
  return joined(
      detection.kind == Detection::Kind::all_of ? Explanation::Kind::all_of : Explanation::Kind::any_of,
      std::move(parts));
}

Explanation Explainer::explain_item(const Item& item, const Event& event, Memo& memo,
                                    std::size_t& next_test) const {
  Explanation explanation{Explanation::Kind::item, false, item.field.value_or(""), item.line, {}, {}};
  if (item.field) add_seen(*item.field, event, explanation.seen);
  for (const Value& value : item.values) {
    Explanation test{
        Explanation::Kind::value, program_.matches(next_test++, event, memo), to_string(value), 0, {}, {}};
    if (const auto* reference = std::get_if<FieldReference>(&value.kind))
      add_seen(reference->field, event, test.seen);
    explanation.parts.push_back(std::move(test));
  }
  explanation.result =
      result_of(item.every ? Explanation::Kind::all_of : Explanation::Kind::any_of, explanation.parts);
  if (!item.negated) return explanation;
  std::vector<Explanation> parts;
  parts.push_back(std::move(explanation));
  return joined(Explanation::Kind::negation, std::move(parts));
}

void Explainer::add_seen(const std::string& field, const Event& event, std::vector<std::string>& seen) const {
  const std::vector<std::string>& names = field_names();
  const auto id = static_cast<FieldId>(std::ranges::find(names, field) - names.begin());
  for (const std::string_view value : event.values(id)) seen.emplace_back(value);
}

}  // namespace afterpatch::detect::sigma

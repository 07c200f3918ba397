// Three-valued evaluation of a condition: what depends on an unknown field may be either.
#include "detect/events/known_fields.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "detect/sigma/predicate.h"

namespace afterpatch::detect::events {
namespace {

using sigma::Condition;
using sigma::Detection;
using sigma::Item;
using sigma::Value;

// Which results are possible.
struct Possible {
  bool yes = true;
  bool no = true;
};

Possible negated(Possible possible) {
  return {possible.no, possible.yes};
}

template <typename Parts, typename OfPart>
Possible joined(const Parts& parts, bool all, const OfPart& of_part) {
  Possible result{all, !all};
  for (const auto& part : parts) {
    const Possible possible = of_part(part);
    result.yes = all ? result.yes && possible.yes : result.yes || possible.yes;
    result.no = all ? result.no || possible.no : result.no && possible.no;
  }
  return result;
}

class Evaluation {
 public:
  Evaluation(const sigma::Rule& rule, const EventKey& event)
      : rule_(rule), event_(event), event_id_(std::to_string(event.event_id)) {}

  Possible of_condition(const Condition& condition) const {
    switch (condition.kind) {
      case Condition::Kind::selection:
        return of_detection(rule_.selections[condition.selection].detection);
      case Condition::Kind::negation:
        return negated(of_condition(condition.parts[0]));
      case Condition::Kind::all_of:
      case Condition::Kind::any_of:
        break;
    }
    return joined(condition.parts, condition.kind == Condition::Kind::all_of,
                  [&](const Condition& part) { return of_condition(part); });
  }

 private:
  Possible of_detection(const Detection& detection) const {
    if (detection.kind == Detection::Kind::item) return of_item(detection.item);
    return joined(detection.parts, detection.kind == Detection::Kind::all_of,
                  [&](const Detection& part) { return of_detection(part); });
  }

  Possible of_item(const Item& item) const {
    const std::string* text = known_text(item);
    if (text == nullptr) return {};
    const Possible possible =
        joined(item.values, item.every, [&](const Value& value) { return of_value(value, *text); });
    return item.negated ? negated(possible) : possible;
  }

  // An empty text may also be a field that is absent, and so may the number 0. Of an id that is written oddly
  // the text is not known.
  const std::string* known_text(const Item& item) const {
    const std::string* text = nullptr;
    if (!item.field) return nullptr;
    const bool knows_id = event_.event_id != 0 && !event_.odd_event_id;
    if (equals_ignoring_case(*item.field, "EventID") && knows_id) text = &event_id_;
    if (equals_ignoring_case(*item.field, "Channel")) text = &event_.channel;
    if (equals_ignoring_case(*item.field, "Provider_Name")) text = &event_.provider;
    return text != nullptr && !text->empty() ? text : nullptr;
  }

  static bool is_told_by_text(const Value& value) {
    return std::holds_alternative<sigma::Pattern>(value.kind) ||
           std::holds_alternative<sigma::Number>(value.kind) ||
           std::holds_alternative<sigma::Regex>(value.kind) ||
           std::holds_alternative<sigma::Comparison>(value.kind);
  }

  static Possible of_value(const Value& value, const std::string& text) {
    if (!is_told_by_text(value)) return {};
    const std::string lowered = to_lower_ascii(text);
    const std::array<std::string_view, 1> texts = {text};
    const std::array<std::string_view, 1> lowered_texts = {lowered};
    sigma::MatchScratch scratch;
    const bool matches = sigma::Predicate(value).matches({texts, lowered_texts}, scratch);
    return {matches, !matches};
  }

  const sigma::Rule& rule_;
  const EventKey& event_;
  std::string event_id_;
};

}  // namespace

bool can_match(const sigma::Rule& rule, const EventKey& event) {
  return Evaluation(rule, event).of_condition(rule.condition).yes;
}

}  // namespace afterpatch::detect::events

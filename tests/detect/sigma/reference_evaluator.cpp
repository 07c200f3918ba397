#include "detect/sigma/reference_evaluator.h"

#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "detect/sigma/code_points.h"

namespace afterpatch::detect::sigma {
namespace {

using Characters = std::vector<char32_t>;

Characters characters_of(const std::string& text, bool cased) {
  Characters characters;
  decode(text, cased ? Case::as_is : Case::folded, characters);
  return characters;
}

// One element per character: what a value's character must be.
struct Element {
  PatternPart::Kind kind;
  char32_t c = 0;
};

std::vector<Element> elements_of(const Pattern& pattern) {
  std::vector<Element> elements;
  for (const PatternPart& part : pattern.parts) {
    if (part.kind != PatternPart::Kind::text) elements.push_back({part.kind});
    for (const char32_t c : characters_of(part.text, pattern.cased))
      elements.push_back({PatternPart::Kind::text, c});
  }
  return elements;
}

bool fits(const Element& element, char32_t c) {
  if (element.kind == PatternPart::Kind::any_one) return true;
  if (element.kind == PatternPart::Kind::text) return element.c == c;
  return c == '-' || c == '/' || c == 0x2013 || c == 0x2014 || c == 0x2015;
}

// reachable[i]: the elements so far can match the value's first i characters.
bool pattern_matches(const Pattern& pattern, const std::string& text) {
  const Characters value = characters_of(text, pattern.cased);
  std::vector<bool> reachable(value.size() + 1);
  reachable[0] = true;
  for (const Element& element : elements_of(pattern)) {
    std::vector<bool> next(value.size() + 1);
    for (std::size_t i = 0; i <= value.size(); ++i) {
      if (!reachable[i]) continue;
      if (element.kind == PatternPart::Kind::any_run) {
        std::fill(next.begin() + static_cast<std::ptrdiff_t>(i), next.end(), true);
      } else if (i < value.size() && fits(element, value[i])) {
        next[i + 1] = true;
      }
    }
    reachable = next;
  }
  return reachable[value.size()];
}

struct Walker {
  const Rule& rule;
  const Fields& fields;
  std::vector<std::string> texts;

  std::vector<std::string> values(const std::string& field) const {
    const auto found = fields.find(field);
    return found == fields.end() ? std::vector<std::string>{} : found->second;
  }

  static bool text_matches(const Value& value, const std::string& text) {
    if (const auto* pattern = std::get_if<Pattern>(&value.kind)) return pattern_matches(*pattern, text);
    if (const auto* regex = std::get_if<Regex>(&value.kind))
      return re2::RE2::PartialMatch(to_utf8(text), *regex->compiled);
    if (const auto* boolean = std::get_if<Boolean>(&value.kind))
      return to_lower_ascii(text) == (boolean->value ? "true" : "false");
    const auto number = parse_decimal(text);
    if (const auto* wanted = std::get_if<Number>(&value.kind)) {
      return number ? compare(*number, *wanted) == 0 : to_lower_ascii(text) == to_lower_ascii(wanted->text);
    }
    if (const auto* wanted = std::get_if<Comparison>(&value.kind))
      return number && holds(wanted->order, compare(*number, wanted->number));
    return false;
  }

  bool value_matches(const Item& item, const Value& value) const {
    if (const auto* any = std::get_if<AnyOf>(&value.kind)) {
      return std::ranges::any_of(any->values, [&](const Value& one) { return value_matches(item, one); });
    }
    const std::vector<std::string> subject = item.field ? values(*item.field) : texts;
    if (std::holds_alternative<Null>(value.kind)) return subject.empty();
    if (const auto* exists = std::get_if<Exists>(&value.kind)) return exists->wanted == !subject.empty();
    if (const auto* reference = std::get_if<FieldReference>(&value.kind))
      return reference_holds(subject, *reference);
    return std::ranges::any_of(subject, [&](const std::string& text) { return text_matches(value, text); });
  }

  bool reference_holds(const std::vector<std::string>& subject, const FieldReference& reference) const {
    for (const std::string& other : values(reference.field)) {
      Pattern pattern = literal_pattern(other);
      pattern.cased = reference.cased;
      if (reference.open_front) open_front(pattern);
      if (reference.open_back) open_back(pattern);
      if (std::ranges::any_of(subject,
                              [&](const std::string& text) { return pattern_matches(pattern, text); }))
        return true;
    }
    return false;
  }

  bool item_holds(const Item& item) const {
    const auto one = [&](const Value& value) { return value_matches(item, value); };
    const bool all =
        item.every ? std::ranges::all_of(item.values, one) : std::ranges::any_of(item.values, one);
    return all != item.negated;
  }

  bool detection_holds(const Detection& detection) const {
    const auto part = [&](const Detection& one) { return detection_holds(one); };
    if (detection.kind == Detection::Kind::item) return item_holds(detection.item);
    return detection.kind == Detection::Kind::all_of ? std::ranges::all_of(detection.parts, part)
                                                     : std::ranges::any_of(detection.parts, part);
  }

  bool condition_holds(const Condition& condition) const {
    const auto part = [&](const Condition& one) { return condition_holds(one); };
    switch (condition.kind) {
      case Condition::Kind::selection:
        return detection_holds(rule.selections[condition.selection].detection);
      case Condition::Kind::negation:
        return !part(condition.parts[0]);
      case Condition::Kind::all_of:
        return std::ranges::all_of(condition.parts, part);
      case Condition::Kind::any_of:
        return std::ranges::any_of(condition.parts, part);
    }
    return false;
  }
};

}  // namespace

bool reference_matches(const Rule& rule, const Fields& fields, const std::string& line) {
  Walker walker{rule, fields, {}};
  for (const auto& [name, values] : fields)
    walker.texts.insert(walker.texts.end(), values.begin(), values.end());
  if (!line.empty()) walker.texts.push_back(line);
  return walker.condition_holds(rule.condition);
}

}  // namespace afterpatch::detect::sigma

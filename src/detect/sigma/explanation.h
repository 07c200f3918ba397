// Why a rule matches a record, or why not: each node of its condition, each selection, each item and each
// value, with its own answer and with what it saw.
//
// Example:
//   Explainer explainer(rule);
//   Explanation why = explainer.explain(event);   // the event's FieldIds are places in
//   explainer.field_names() if (!why.result) ...
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "detect/sigma/program.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect::sigma {

struct Explanation {
  enum class Kind : std::uint8_t { all_of, any_of, negation, selection, item, value };
  Kind kind = Kind::value;
  bool result = false;
  std::string text;        // selection: its name; item: its field, empty for keywords; value: as in the rule
  std::uint64_t line = 0;  // in the rule's file; 0 where it has none of its own
  std::vector<std::string> seen;  // item: what the record has in the field; nothing when the field is absent
  std::vector<Explanation> parts;
};

// Immutable; shared between threads.
class Explainer {
 public:
  explicit Explainer(const Rule& rule);

  const std::vector<std::string>& field_names() const { return program_.field_names(); }
  Explanation explain(const Event& event) const;

 private:
  Explanation explain_condition(const Condition& condition, const Event& event, Memo& memo) const;
  Explanation explain_selection(std::size_t selection, const Event& event, Memo& memo) const;
  Explanation explain_detection(const Detection& detection, const Event& event, Memo& memo,
                                std::size_t& next_test) const;
  Explanation explain_item(const Item& item, const Event& event, Memo& memo, std::size_t& next_test) const;
  void add_seen(const std::string& field, const Event& event, std::vector<std::string>& seen) const;

  Rule rule_;
  std::vector<std::size_t> first_tests_;  // of each selection: its first value's number in the program
  Program program_;                       // one rule for each value, in the order of the selections
};

}  // namespace afterpatch::detect::sigma

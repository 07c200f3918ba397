// Events for tests: fields by name, bound to the field numbers of a program.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/program.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect::sigma {

using Fields = std::map<std::string, std::vector<std::string>>;

class MapEvent : public Event {
 public:
  MapEvent(const Fields& fields, const std::vector<std::string>& field_names, std::string line = {})
      : line_(std::move(line)) {
    for (const std::string& name : field_names) {
      auto& views = by_id_.emplace_back();
      const auto found = fields.find(name);
      if (found == fields.end()) continue;
      for (const std::string& value : found->second) views.emplace_back(value);
    }
    for (const auto& [name, values] : fields) {
      for (const std::string& value : values) texts_.emplace_back(value);
    }
  }

  std::span<const std::string_view> values(FieldId field) const override { return by_id_[field]; }
  bool any_text(TextVisitor visit) const override {
    for (const std::string_view text : texts_) {
      if (visit(text)) return true;
    }
    return !line_.empty() && visit(line_);
  }

 private:
  std::vector<std::vector<std::string_view>> by_id_;
  std::vector<std::string_view> texts_;
  std::string line_;
};

// Whether one rule matches one event.
inline bool rule_matches(const Rule& rule, const Fields& fields, const std::string& line = {}) {
  const Rule* rules[] = {&rule};
  const Program program(rules);
  Memo memo(program);
  const MapEvent event(fields, program.field_names(), line);
  memo.start_record();
  return program.matches(0, event, memo);
}

// A rule with this detection section (YAML, two spaces of indentation).
inline std::string rule_text(const std::string& detection) {
  return "title: Test\nid: 11111111-2222-3333-4444-555555555555\nlogsource:\n  category: "
         "webserver\ndetection:\n" +
         detection;
}

inline RuleSet load_detection(const std::string& detection, const Placeholders& placeholders = {}) {
  return parse_rules(rule_text(detection), "test.yml", placeholders);
}

}  // namespace afterpatch::detect::sigma

// Events through the matcher, and the same rules one by one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/events/event_maker.h"
#include "detect/events/event_record.h"
#include "detect/events/event_search.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect::events {

inline SigmaRules user_rules(std::string_view yaml) {
  return {std::make_shared<const sigma::RuleSet>(),
          std::make_shared<const sigma::RuleSet>(sigma::parse_rules(yaml, "test.yml"))};
}

// A rule for Windows events with this detection (YAML, two spaces of indentation).
inline std::string windows_rule(std::string_view title, std::string_view detection,
                                std::string_view log_source = "product: windows") {
  return "---\ntitle: " + std::string(title) + "\nlogsource:\n  " + std::string(log_source) +
         "\ndetection:\n" + std::string(detection);
}

using RuleNumbers = std::vector<RuleNumber>;

// Calls `use(event, key, plan, matched)` for each event of the log; the view is started on the event.
class EventHarness {
 public:
  explicit EventHarness(SigmaRules sets)
      : rules_(std::move(sets)), view_(rules_.field_names()), matcher_(rules_) {}
  EventHarness(const EventHarness&) = delete;
  EventHarness& operator=(const EventHarness&) = delete;

  const EventRules& rules() const { return rules_; }
  const EvtxView& view() const { return view_; }

  template <typename Use>
  void run(const EventLog& log, Use use) {
    for (const std::string& chunk : log.chunks()) {
      reader_.start_chunk(chunk);
      while (reader_.next()) {
        const records::evtx::Event& event = reader_.event();
        const EventKey key = EvtxRecord(event).key();
        const EventPlan& plan = rules_.plan_for(key);
        view_.start(event, reader_.generation(), plan.mapping);
        use(event, key, plan, matcher_.match(plan, view_));
      }
    }
  }

  // Titles of the rules that the matcher gives for one event.
  std::vector<std::string> titles(const MadeEvent& event) {
    EventLog log;
    log.add(event);
    std::vector<std::string> titles;
    run(log, [&](const auto&, const auto&, const auto&, const RuleNumbers& matched) {
      for (const RuleNumber rule : matched) titles.push_back(rules_.rules()[rule].rule->title);
    });
    return titles;
  }

  // The rules for such events, evaluated one by one on the event at hand; neither literals nor pruning.
  RuleNumbers one_by_one(const EventKey& key) const {
    RuleNumbers matching;
    sigma::Memo memo(rules_.program());
    memo.start_record();
    for (RuleNumber rule = 0; rule < rules_.rules().size(); ++rule) {
      if (fits(rules_.rules()[rule].rule->log_source, key) && rules_.program().matches(rule, view_, memo))
        matching.push_back(rule);
    }
    return matching;
  }

 private:
  EventRules rules_;
  records::evtx::EventReader reader_;
  EvtxView view_;
  EventMatcher matcher_;
};

}  // namespace afterpatch::detect::events

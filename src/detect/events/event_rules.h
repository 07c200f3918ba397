// All rules for Windows events in one program, and for each kind of event (channel, provider, event id) a
// plan: which rules can match, and by which texts in which fields they announce themselves.
//
// Example:
//   EventRules rules(sets);                                  // once
//   const EventPlan& plan = rules.plan_for(key);             // thread-safe; made once a kind
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "detect/correlation_input.h"
#include "detect/events/event_key.h"
#include "detect/events/event_view.h"
#include "detect/events/windows_log_sources.h"
#include "detect/literal_scanner.h"
#include "detect/sigma/program.h"
#include "detect/sigma/witness.h"
#include "detect/sigma_rules.h"

namespace afterpatch::detect::events {

// Place in EventRules::rules().
using RuleNumber = std::uint32_t;

// What to do with one kind of event. Immutable.
struct EventPlan {
  // A literal of the scanner: if it stands in this field (in any text if there is none), ask these rules.
  struct Use {
    std::optional<sigma::FieldId> field;
    std::vector<RuleNumber> rules;
  };

  bool is_empty() const { return always.empty() && !scans(); }
  bool scans() const { return !uses.empty() || !beyond_ascii.empty(); }

  std::uint32_t number = 0;  // among the plans of its rules, in the order in which they were made
  Mapping mapping = Mapping::none;
  std::vector<RuleNumber> always;              // without literals: asked of every such event
  std::vector<std::vector<Use>> uses;          // by literal of the scanner
  std::vector<Use> beyond_ascii;               // what a byte beyond ASCII announces
  std::vector<sigma::FieldId> scanned_fields;  // rising
  bool scans_every_text = false;               // for keywords
  // Some keyword could stand in what Windows writes for a number, a GUID, a SID or a time.
  bool scans_every_number = false;
  LiteralScanner scanner;
};

// Immutable but for the plans, which are made when first asked for, under a lock. Thread-safe.
class EventRules {
 public:
  // Takes those rules of the sets that are for Windows events.
  explicit EventRules(SigmaRules sets);

  struct Owned {
    const sigma::Rule* rule = nullptr;
    bool of_campaign = false;
    CorrelationInput::RuleOfSet place = {};
  };
  const std::vector<Owned>& rules() const { return rules_; }
  const sigma::Program& program() const { return program_; }
  const FieldNames& field_names() const { return field_names_; }

  // The plan lives as long as the rules.
  const EventPlan& plan_for(const EventKey& key) const;

  // Whether an event of that log source was ever asked about.
  bool is_met(const sigma::LogSource& log_source) const;
  // What correlations want to know of a match.
  const CorrelationInput& correlated() const { return correlated_; }

 private:
  // Rules with the same log source.
  struct Group {
    sigma::LogSource log_source;
    std::vector<RuleNumber> rules;
    mutable std::atomic<bool> met = false;
  };
  // The rules for an event, and which mapping they need.
  struct Selected {
    std::vector<RuleNumber> rules;
    Mapping mapping = Mapping::none;
    auto operator<=>(const Selected&) const = default;
  };

  void add_rules(const sigma::RuleSet& set, bool of_campaign);
  void add_group(const sigma::LogSource& log_source, RuleNumber rule);
  Selected select(const EventKey& key) const;
  std::unique_ptr<EventPlan> make_plan(const Selected& selected) const;
  const std::optional<std::vector<sigma::Literal>>& literals_of(RuleNumber rule) const;

  SigmaRules sets_;
  std::deque<sigma::Rule> narrowed_;  // rules with a condition that their log source adds
  std::vector<Owned> rules_;
  std::deque<Group> groups_;
  CorrelationInput correlated_;
  sigma::Program program_;
  FieldNames field_names_;

  struct Literals {
    bool known = false;
    std::optional<std::vector<sigma::Literal>> literals;
  };
  mutable std::mutex mutex_;
  mutable std::vector<Literals> literals_;  // by rule
  mutable std::map<EventKey, const EventPlan*> by_key_;
  mutable std::map<Selected, std::unique_ptr<EventPlan>> plans_;
};

}  // namespace afterpatch::detect::events

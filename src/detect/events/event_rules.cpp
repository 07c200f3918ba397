#include "detect/events/event_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "detect/events/known_fields.h"
#include "detect/sigma/literal_rarity.h"

namespace afterpatch::detect::events {
namespace {

// A hostile log may hold events of millions of kinds; then kinds are looked up anew. Plans themselves are
// few, since kinds with the same rules share one.
constexpr std::size_t kMaxKeys = 65536;

std::vector<const sigma::Rule*> plain(const std::vector<EventRules::Owned>& owned) {
  std::vector<const sigma::Rule*> rules;
  for (const EventRules::Owned& one : owned) rules.push_back(one.rule);
  return rules;
}

std::vector<CorrelationInput::RuleOfSet> places(const std::vector<EventRules::Owned>& owned) {
  std::vector<CorrelationInput::RuleOfSet> all;
  for (const EventRules::Owned& one : owned) all.push_back(one.place);
  return all;
}

sigma::Selection event_type_selection(const std::vector<std::string_view>& types) {
  sigma::Item item;
  item.field = "EventType";
  for (const std::string_view type : types)
    item.values.push_back({sigma::literal_pattern(std::string(type))});
  sigma::Selection selection;
  selection.name = "log source";
  selection.detection.kind = sigma::Detection::Kind::item;
  selection.detection.item = std::move(item);
  return selection;
}

// The rule, and with it that EventType is one of `types`.
sigma::Rule narrowed(sigma::Rule rule, const std::vector<std::string_view>& types) {
  sigma::Condition added;
  added.kind = sigma::Condition::Kind::selection;
  added.selection = rule.selections.size();
  rule.selections.push_back(event_type_selection(types));
  sigma::Condition both;
  both.kind = sigma::Condition::Kind::all_of;
  both.parts = {rule.condition, added};
  rule.condition = std::move(both);
  return rule;
}

// Whether the text holds only characters that texts of other than string values are made of (value.h):
// "0x3e7",
// "{E8109B99-...}", "S-1-5-18", "2021-03-03T06:49:46Z", "true".
bool may_be_number(std::string_view lower_case) {
  return !lower_case.empty() &&
         lower_case.find_first_not_of("0123456789abcdefxstz-+:.{}rulniy") == std::string_view::npos;
}

// Collects what a plan scans for.
class PlanMaker {
 public:
  PlanMaker(const FieldNames& names, EventPlan& plan) : names_(names), plan_(plan) {}

  void add(RuleNumber rule, const std::vector<sigma::Literal>& literals) {
    for (const sigma::Literal& literal : literals) add_literal(rule, literal);
  }

  // False when the scanner can't be built.
  bool finish() {
    plan_.scanned_fields.assign(fields_.begin(), fields_.end());
    auto scanner = LiteralScanner::compile(texts_, sigma::everyday_event_texts());
    if (!scanner) return false;
    plan_.scanner = std::move(*scanner);
    return true;
  }

 private:
  void add_literal(RuleNumber rule, const sigma::Literal& literal) {
    auto& uses = literal.beyond_ascii ? plan_.beyond_ascii : plan_.uses[number_of(literal.text)];
    if (literal.field.empty()) {
      plan_.scans_every_text = true;
      plan_.scans_every_number = plan_.scans_every_number || may_be_number(literal.text);
      return add_use(uses, std::nullopt, rule);
    }
    for (const sigma::FieldId field : names_.ids(literal.field)) {
      fields_.insert(field);
      add_use(uses, field, rule);
    }
  }

  std::uint32_t number_of(const std::string& text) {
    const auto [found, added] = numbers_.emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (added) {
      texts_.push_back({text, false});
      plan_.uses.emplace_back();
    }
    return found->second;
  }

  static void add_use(std::vector<EventPlan::Use>& uses, std::optional<sigma::FieldId> field,
                      RuleNumber rule) {
    const auto same = std::ranges::find(uses, field, &EventPlan::Use::field);
    if (same == uses.end()) {
      uses.push_back({field, {rule}});
    } else if (same->rules.back() != rule) {
      same->rules.push_back(rule);
    }
  }

  const FieldNames& names_;
  EventPlan& plan_;
  std::set<sigma::FieldId> fields_;
  std::vector<ScanLiteral> texts_;
  std::map<std::string, std::uint32_t> numbers_;
};

}  // namespace

EventRules::EventRules(SigmaRules sets)
    : sets_(std::move(sets)),
      correlated_([this] {
        add_rules(*sets_.campaign, true);
        add_rules(*sets_.user, false);
        return CorrelationInput(places(rules_));
      }()),
      program_(plain(rules_), correlated_.field_names()),
      field_names_(program_.field_names()),
      literals_(rules_.size()) {
  correlated_.bind(program_);
}

void EventRules::add_rules(const sigma::RuleSet& set, bool of_campaign) {
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const sigma::Rule& rule = set.rules[i];
    if (!is_for_windows_events(rule.log_source)) continue;
    const auto types = event_types(rule.log_source);
    const sigma::Rule* used = types.empty() ? &rule : &narrowed_.emplace_back(narrowed(rule, types));
    add_group(rule.log_source, static_cast<RuleNumber>(rules_.size()));
    rules_.push_back({used, of_campaign, {&set, i, of_campaign}});
  }
}

void EventRules::add_group(const sigma::LogSource& log_source, RuleNumber rule) {
  const auto known = std::ranges::find(groups_, log_source, &Group::log_source);
  Group& group = known != groups_.end() ? *known : groups_.emplace_back();
  group.log_source = log_source;
  group.rules.push_back(rule);
}

EventRules::Selected EventRules::select(const EventKey& key) const {
  Selected selected;
  selected.mapping = mapping_of(key);
  for (const Group& group : groups_) {
    if (!fits(group.log_source, key)) continue;
    group.met = true;
    std::ranges::copy_if(group.rules, std::back_inserter(selected.rules),
                         [&](RuleNumber rule) { return can_match(*rules_[rule].rule, key); });
  }
  std::ranges::sort(selected.rules);
  return selected;
}

const std::optional<std::vector<sigma::Literal>>& EventRules::literals_of(RuleNumber rule) const {
  Literals& literals = literals_[rule];
  if (!literals.known) {
    literals.literals = sigma::witnesses_of(*rules_[rule].rule, sigma::event_witness_options());
    literals.known = true;
  }
  return literals.literals;
}

std::unique_ptr<EventPlan> EventRules::make_plan(const Selected& selected) const {
  auto plan = std::make_unique<EventPlan>();
  plan->mapping = selected.mapping;
  PlanMaker maker(field_names_, *plan);
  for (const RuleNumber rule : selected.rules) {
    const auto& literals = literals_of(rule);
    if (literals) {
      maker.add(rule, *literals);
    } else {
      plan->always.push_back(rule);
    }
  }
  if (maker.finish()) return plan;
  // Without a scanner every rule is asked: slow, but nothing is lost.
  plan = std::make_unique<EventPlan>();
  plan->mapping = selected.mapping;
  plan->always = selected.rules;
  return plan;
}

const EventPlan& EventRules::plan_for(const EventKey& key) const {
  const std::lock_guard lock(mutex_);
  if (const auto known = by_key_.find(key); known != by_key_.end()) return *known->second;
  if (by_key_.size() >= kMaxKeys) by_key_.clear();
  Selected selected = select(key);
  const auto number = static_cast<std::uint32_t>(plans_.size());
  auto& plan = plans_[selected];
  if (!plan) {
    plan = make_plan(selected);
    plan->number = number;
  }
  by_key_.emplace(key, plan.get());
  return *plan;
}

bool EventRules::is_met(const sigma::LogSource& log_source) const {
  const auto group = std::ranges::find(groups_, log_source, &Group::log_source);
  return group != groups_.end() && group->met;
}

}  // namespace afterpatch::detect::events

#include "detect/sigma_search.h"

#include <algorithm>

#include "detect/events/windows_log_sources.h"
#include "detect/row_detection.h"
#include "detect/row_event.h"
#include "detect/sigma/log_source.h"
#include "detect/sigma/program.h"
#include "detect/sigma/witness.h"

namespace afterpatch::detect {
namespace {

// A rule of the program, and whose it is.
struct Owned {
  const sigma::Rule* rule;
  bool of_campaign;
};

std::vector<Owned> rules_for(const SigmaRules& rules, const sigma::Route& route) {
  std::vector<Owned> owned;
  for (const bool of_campaign : {true, false}) {
    const auto& set = of_campaign ? rules.campaign : rules.user;
    for (const sigma::Rule& rule : set->rules) {
      if (sigma::applies(rule.log_source, route)) owned.push_back({&rule, of_campaign});
    }
  }
  return owned;
}

std::vector<const sigma::Rule*> plain(const std::vector<Owned>& owned) {
  std::vector<const sigma::Rule*> rules;
  for (const Owned& one : owned) rules.push_back(one.rule);
  return rules;
}

class SigmaSearch : public RowSearch {
 public:
  SigmaSearch(SigmaRules rules, std::vector<Owned> owned, const sigma::Route& route)
      : sets_(std::move(rules)), owned_(std::move(owned)), program_(plain(owned_)) {
    for (std::uint32_t i = 0; i < owned_.size(); ++i) add_literals(i, route);
  }

  const std::vector<ScanLiteral>& literals() const override { return literals_; }
  bool needs_every_row() const override { return !always_.empty(); }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Working>(*this); }

  void examine(const Candidate& candidate, Scratch* scratch, BlockOutcome& outcome) const override {
    auto& working = static_cast<Working&>(*scratch);
    const sigma::Event& event = working.start(candidate.record);
    for (const std::uint32_t rule : working.asked(candidate.literals)) {
      if (program_.matches(rule, event, working.memo)) add_match(owned_[rule], candidate, outcome);
    }
  }

 private:
  struct Working : Scratch {
    explicit Working(const SigmaSearch& owner) : memo(owner.program_), search(owner) {}

    const sigma::Event& start(const records::Record& record) {
      if (!event || !event->is_for(*record.header))
        event.emplace(search.program_.field_names(), *record.header);
      memo.start_record();
      return event->start(record);
    }

    // Rules of which a necessary literal was seen, and those that have none; rising, each once.
    const std::vector<std::uint32_t>& asked(std::span<const std::uint32_t> seen) {
      rules = search.always_;
      for (const std::uint32_t literal : seen)
        rules.insert(rules.end(), search.wanting_[literal].begin(), search.wanting_[literal].end());
      std::sort(rules.begin(), rules.end());
      rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
      return rules;
    }

    sigma::Memo memo;
    const SigmaSearch& search;
    std::optional<RowEvent> event;
    std::vector<std::uint32_t> rules;
  };

  void add_literals(std::uint32_t rule, const sigma::Route& route) {
    const auto witnesses = sigma::witnesses_of(*owned_[rule].rule, witness_options(route));
    if (!witnesses) return always_.push_back(rule);
    for (const sigma::Literal& literal : *witnesses) wanting_[number_of(literal)].push_back(rule);
  }

  // Rules that share a literal share its place in the scan.
  std::uint32_t number_of(const sigma::Literal& literal) {
    const auto same = std::find_if(literals_.begin(), literals_.end(), [&](const ScanLiteral& known) {
      return known.text == literal.text && known.space_or_plus == literal.space_or_plus;
    });
    const auto number = static_cast<std::uint32_t>(same - literals_.begin());
    if (same == literals_.end()) {
      literals_.push_back({literal.text, literal.space_or_plus});
      wanting_.emplace_back();
    }
    return number;
  }

  void add_match(const Owned& owned, const Candidate& candidate, BlockOutcome& outcome) const {
    Detection detection;
    detection.rule_kind = RuleKind::sigma;
    detection.rule_id = owned.rule->identity();
    detection.title = owned.rule->title;
    detection.level = owned.rule->level;
    detection.techniques = owned.rule->techniques();
    if (owned.of_campaign) {
      detection.campaign = sets_.campaign_id;
      if (owned.rule->meaning) {
        detection.step = owned.rule->meaning->step;
        detection.confidence = owned.rule->meaning->confidence;
        detection.cves = owned.rule->meaning->cves;
      }
    }
    add_row_detection(std::move(detection), candidate, outcome);
  }

  SigmaRules sets_;
  std::vector<Owned> owned_;  // by the program's rule number
  sigma::Program program_;
  std::vector<ScanLiteral> literals_;
  std::vector<std::vector<std::uint32_t>> wanting_;  // literal -> rules
  std::vector<std::uint32_t> always_;
};

}  // namespace

std::shared_ptr<const RowSearch> make_sigma_search(const SigmaRules& rules, std::string_view log) {
  const sigma::Route* route = sigma::find_route(log);
  if (route == nullptr) return nullptr;
  std::vector<Owned> owned = rules_for(rules, *route);
  if (owned.empty()) return nullptr;
  return std::make_shared<SigmaSearch>(rules, std::move(owned), *route);
}

std::uint64_t count_idle(const SigmaRules& rules, const std::vector<std::string_view>& logs) {
  std::uint64_t idle = 0;
  for (const auto& set : {rules.campaign, rules.user}) {
    idle += static_cast<std::uint64_t>(
        std::count_if(set->rules.begin(), set->rules.end(), [&](const sigma::Rule& rule) {
          return !events::is_for_windows_events(rule.log_source) &&
                 std::none_of(logs.begin(), logs.end(), [&](std::string_view log) {
            const sigma::Route* route = sigma::find_route(log);
            return route != nullptr && sigma::applies(rule.log_source, *route);
          });
        }));
  }
  return idle;
}

}  // namespace afterpatch::detect

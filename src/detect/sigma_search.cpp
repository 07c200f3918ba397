#include "detect/sigma_search.h"

#include <algorithm>

#include "detect/correlation_input.h"
#include "detect/row_detection.h"
#include "detect/row_event.h"
#include "detect/rule_detection.h"
#include "detect/sigma/log_source.h"
#include "detect/sigma/program.h"
#include "detect/sigma/witness.h"

namespace afterpatch::detect {
namespace {

// A rule of the program, and whose it is.
struct Owned {
  const sigma::Rule* rule;
  CorrelationInput::RuleOfSet place;
};

std::vector<Owned> rules_for(const SigmaRules& rules, const sigma::Route& route) {
  std::vector<Owned> owned;
  for (const bool of_campaign : {true, false}) {
    const auto& set = of_campaign ? rules.campaign : rules.user;
    for (std::size_t i = 0; i < set->rules.size(); ++i) {
      if (sigma::applies(set->rules[i].log_source, route))
        owned.push_back({&set->rules[i], {set.get(), i, of_campaign}});
    }
  }
  return owned;
}

std::vector<const sigma::Rule*> plain(const std::vector<Owned>& owned) {
  std::vector<const sigma::Rule*> rules;
  for (const Owned& one : owned) rules.push_back(one.rule);
  return rules;
}

std::vector<CorrelationInput::RuleOfSet> places(const std::vector<Owned>& owned) {
  std::vector<CorrelationInput::RuleOfSet> all;
  for (const Owned& one : owned) all.push_back(one.place);
  return all;
}

class SigmaSearch : public RowSearch {
 public:
  SigmaSearch(SigmaRules rules, std::vector<Owned> owned, const sigma::Route& route)
      : sets_(std::move(rules)),
        owned_(std::move(owned)),
        correlated_(places(owned_)),
        program_(plain(owned_), correlated_.field_names()) {
    correlated_.bind(program_);
    const sigma::WitnessOptions options = witness_options(route);
    iis_rows_ = options.iis_rows;
    for (std::uint32_t i = 0; i < owned_.size(); ++i) add_literals(i, options);
  }

  const std::vector<ScanLiteral>& literals() const override { return literals_; }
  bool needs_every_row() const override { return !always_.empty(); }
  bool expects_iis_rows() const override { return iis_rows_; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Working>(*this); }

  void examine(const Candidate& candidate, Scratch* scratch, BlockOutcome& outcome) const override {
    auto& working = static_cast<Working&>(*scratch);
    const sigma::Event& event = working.start(candidate.record);
    for (const std::uint32_t rule : working.asked(candidate.literals)) {
      if (program_.matches(rule, event, working.memo)) add_match(rule, event, candidate, outcome);
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

  void add_literals(std::uint32_t rule, const sigma::WitnessOptions& options) {
    const auto witnesses = sigma::witnesses_of(*owned_[rule].rule, options);
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

  void add_match(std::uint32_t number, const sigma::Event& event, const Candidate& candidate,
                 BlockOutcome& outcome) const {
    const Owned& owned = owned_[number];
    if (correlated_.wants(number)) {
      const records::Record& record = candidate.record;
      correlated_.add(
          number, event,
          {records::time_of(record, candidate.date), candidate.place(), candidate.log, record.raw},
          outcome.base_matches);
    }
    if (!owned.rule->shown_alone || !outcome.count_match(owned.rule->identity())) return;
    add_row_detection(detection_of(*owned.rule), candidate, outcome);
  }

  SigmaRules sets_;
  std::vector<Owned> owned_;  // by the program's rule number
  CorrelationInput correlated_;
  sigma::Program program_;
  std::vector<ScanLiteral> literals_;
  std::vector<std::vector<std::uint32_t>> wanting_;  // literal -> rules
  std::vector<std::uint32_t> always_;
  bool iis_rows_ = false;
};

}  // namespace

std::shared_ptr<const RowSearch> make_sigma_search(const SigmaRules& rules, std::string_view log) {
  const sigma::Route* route = sigma::find_route(log);
  if (route == nullptr) return nullptr;
  std::vector<Owned> owned = rules_for(rules, *route);
  if (owned.empty()) return nullptr;
  return std::make_shared<SigmaSearch>(rules, std::move(owned), *route);
}

}  // namespace afterpatch::detect

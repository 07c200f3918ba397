// Depth first over the correlations: one is settled when all that it names are.
#include "detect/sigma/correlation_resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace afterpatch::detect::sigma {
namespace {

struct Target {
  bool is_correlation = false;
  std::size_t index = 0;  // in RuleSet::rules or in the correlations as found
  bool ambiguous = false;
};

class Resolver {
 public:
  Resolver(std::vector<Correlation>& found, const std::vector<RefusedDocument>& refused, RuleSet& set)
      : found_(found), refused_(refused), set_(set), states_(found.size()), reasons_(found.size()) {
    for (std::size_t i = 0; i < set.rules.size(); ++i) add_names(set.rules[i], {false, i, false});
    for (std::size_t i = 0; i < found.size(); ++i) add_names(found[i], {true, i, false});
    places_.resize(found.size());
  }

  void run() {
    for (std::size_t i = 0; i < found_.size(); ++i) settle(i, 0);
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (!reasons_[i].empty())
        set_.refused.push_back({found_[i].file, found_[i].line, found_[i].identity(), reasons_[i]});
    }
  }

 private:
  enum class State : std::uint8_t { untouched, open, settled };

  template <typename Document>
  void add_names(const Document& document, const Target& target) {
    for (const std::string& name : {document.id, document.name}) {
      if (name.empty()) continue;
      const auto [known, added] = targets_.emplace(name, target);
      const bool same =
          known->second.is_correlation == target.is_correlation && known->second.index == target.index;
      if (!added && !same) known->second.ambiguous = true;
    }
  }

  // Once it returns, the correlation is in set_.correlations or has a reason.
  void settle(std::size_t index, std::size_t depth) {
    if (states_[index] != State::untouched) return;
    states_[index] = State::open;
    Correlation& correlation = found_[index];
    std::string reason;
    for (const std::string& reference : correlation.rules) {
      reason = add_base(correlation, reference, depth);
      if (!reason.empty()) break;
    }
    if (reason.empty()) reason = unknown_rule_of_alias(correlation);
    states_[index] = State::settled;
    reasons_[index] = reason;
    if (!reason.empty()) return;
    places_[index] = set_.correlations.size();
    set_.correlations.push_back(correlation);
  }

  // Empty when all is well.
  std::string add_base(Correlation& correlation, const std::string& reference, std::size_t depth) {
    const auto found = targets_.find(reference);
    if (found == targets_.end()) return why_not_loaded(reference);
    const Target& target = found->second;
    if (target.ambiguous) return fmt::format("the name '{}' stands for several rules", reference);
    CorrelationBase base{target.is_correlation, target.index, {}, {}};
    if (target.is_correlation) {
      if (std::string reason = settle_base(reference, target.index, depth); !reason.empty()) return reason;
      base.index = places_[target.index];
    }
    const bool twice = std::ranges::any_of(correlation.bases, [&](const CorrelationBase& other) {
      return other.is_correlation == base.is_correlation && other.index == base.index;
    });
    if (twice) return fmt::format("the correlation names the rule '{}' twice", reference);
    if (std::string reason = add_fields(correlation, reference, base); !reason.empty()) return reason;
    correlation.bases.push_back(std::move(base));
    return {};
  }

  std::string why_not_loaded(const std::string& reference) const {
    const auto refused = std::ranges::find_if(refused_, [&](const RefusedDocument& document) {
      return document.id == reference || document.name == reference;
    });
    if (refused == refused_.end())
      return fmt::format("the correlation names the rule '{}', which is not loaded", reference);
    return fmt::format("the correlation names the rule '{}', which was refused ({})", reference,
                       refused->place);
  }

  std::string settle_base(const std::string& reference, std::size_t index, std::size_t depth) {
    if (states_[index] == State::open)
      return "the correlation leads back to itself by the rules that it names";
    if (depth >= kMaxCorrelationDepth)
      return fmt::format("correlations are chained deeper than {} levels", kMaxCorrelationDepth);
    settle(index, depth + 1);
    if (reasons_[index].empty()) return {};
    return fmt::format("the correlation names the rule '{}', which was refused ({}:{})", reference,
                       found_[index].file, found_[index].line);
  }

  std::string add_fields(const Correlation& correlation, const std::string& reference,
                         CorrelationBase& base) const {
    const auto add = [&](const std::vector<std::string>& names, std::vector<std::string>& fields) {
      for (const std::string& name : names) {
        const auto field = field_of(correlation, reference, name);
        if (!field) return fmt::format("the alias '{}' names no field for the rule '{}'", name, reference);
        if (base.is_correlation && !is_grouped_by(base.index, *field))
          return fmt::format(
              "the field '{}' has no value in the correlation '{}', which is not grouped by it", *field,
              reference);
        fields.push_back(*field);
      }
      return std::string();
    };
    if (std::string reason = add(correlation.group_by, base.group_by); !reason.empty()) return reason;
    if (!needs_values(correlation.type)) return {};
    return add(correlation.fields, base.fields);
  }

  bool is_grouped_by(std::size_t place, const std::string& field) const {
    const auto& group_by = set_.correlations[place].group_by;
    return std::ranges::find(group_by, field) != group_by.end();
  }

  // A name that is no alias is a field. nullopt: an alias that leaves out this rule.
  static std::optional<std::string> field_of(const Correlation& correlation, const std::string& reference,
                                             const std::string& name) {
    const auto alias = std::ranges::find(correlation.aliases, name, &CorrelationAlias::name);
    if (alias == correlation.aliases.end()) return name;
    for (const auto& [rule, field] : alias->fields) {
      if (rule == reference) return field;
    }
    return std::nullopt;
  }

  static std::string unknown_rule_of_alias(const Correlation& correlation) {
    for (const CorrelationAlias& alias : correlation.aliases) {
      for (const auto& [rule, field] : alias.fields) {
        if (std::ranges::find(correlation.rules, rule) == correlation.rules.end())
          return fmt::format("the alias '{}' names the rule '{}', which is not one of the correlation's",
                             alias.name, rule);
      }
    }
    return {};
  }

  std::vector<Correlation>& found_;
  const std::vector<RefusedDocument>& refused_;
  RuleSet& set_;
  std::unordered_map<std::string, Target> targets_;
  std::vector<State> states_;
  std::vector<std::string> reasons_;  // empty: not refused
  std::vector<std::size_t> places_;   // in set_.correlations
};

void mark_hidden(RuleSet& set) {
  for (const bool generate : {false, true}) {
    for (const Correlation& correlation : set.correlations) {
      if (correlation.generate != generate) continue;
      for (const CorrelationBase& base : correlation.bases) {
        (base.is_correlation ? set.correlations[base.index].shown_alone : set.rules[base.index].shown_alone) =
            generate;
      }
    }
  }
}

}  // namespace

void resolve_correlations(std::vector<Correlation> found, const std::vector<RefusedDocument>& refused,
                          RuleSet& set) {
  Resolver(found, refused, set).run();
  mark_hidden(set);
}

}  // namespace afterpatch::detect::sigma

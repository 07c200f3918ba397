#include "detect/correlator.h"

#include <fmt/format.h>

#include <utility>

#include "detect/findings_builder.h"
#include "detect/rule_detection.h"

namespace afterpatch::detect {
namespace {

void tell_left_out(const sigma::Correlation& correlation, const sigma::CorrelationCounts& counts,
                   FindingsBuilder& builder) {
  const auto tell = [&](std::uint64_t count, std::string_view why) {
    if (count == 0) return;
    builder.add_problem({"",
                         fmt::format("correlation '{}': {} matches were left out, since {}",
                                     correlation.identity(), count, why),
                         count});
  };
  tell(counts.over_limit, "there are more than are kept at a time");
  tell(counts.without_group, "they lack a field of its group-by");
  tell(counts.without_value, "they lack the field that it counts, or have no number there");
}

}  // namespace

Correlator::Correlator(const SigmaRules& rules, const sigma::CorrelationLimits& limits)
    : rules_(rules),
      campaign_(rules.campaign->correlations, limits),
      user_(rules.user->correlations, limits) {}

void Correlator::add(BaseMatches&& matches) {
  without_time_ += matches.without_time;
  for (const BaseMatch& match : matches.matches) add(match);
}

void Correlator::add(const BaseMatch& match) {
  const std::vector<std::optional<std::string_view>> values(match.values.begin(), match.values.end());
  sigma::CorrelationEngine& engine = match.of_campaign ? campaign_ : user_;
  const bool same_record = is_last(match);
  const std::uint64_t reference = origins_.size() - (same_record ? 1 : 0);
  if (engine.add(match.rule, match.time, reference, values) && !same_record) keep_origin(match);
}

// Rules that matched one record hand it on one after the other; to correlations it is one event.
bool Correlator::is_last(const BaseMatch& match) const {
  if (origins_.empty()) return false;
  const Origin& last = origins_.back();
  return last.offset == match.place.offset && last.line == match.place.line &&
         artefacts_[last.artefact] == artefact_of(match);
}

Correlator::Artefact Correlator::artefact_of(const BaseMatch& match) {
  return {match.place.source, match.place.artefact, match.log};
}

void Correlator::keep_origin(const BaseMatch& match) {
  Artefact artefact = artefact_of(match);
  if (artefacts_.empty() || artefacts_.back() != artefact) artefacts_.push_back(std::move(artefact));
  Origin origin{static_cast<std::uint32_t>(artefacts_.size() - 1), 0, raws_.size(), match.place.offset,
                match.place.line};
  if (raws_.size() + match.raw.size() <= kMaxCorrelationRawBytes) {
    origin.raw_size = static_cast<std::uint32_t>(match.raw.size());
    raws_ += match.raw;
  }
  origins_.push_back(origin);
}

void Correlator::finish(FindingsBuilder& builder) {
  finish_set(*rules_.campaign, campaign_, builder);
  finish_set(*rules_.user, user_, builder);
  if (without_time_ > 0) {
    builder.add_problem(
        {"",
         fmt::format("{} matches of rules that correlations name have no time and were left out of them",
                     without_time_),
         without_time_});
  }
}

void Correlator::finish_set(const sigma::RuleSet& set, sigma::CorrelationEngine& engine,
                            FindingsBuilder& builder) const {
  engine.evaluate([&](sigma::CorrelationMatch&& match) {
    builder.add_detection(detection_of_match(set.correlations[match.correlation], match));
  });
  for (std::size_t i = 0; i < set.correlations.size(); ++i)
    tell_left_out(set.correlations[i], engine.counts(i), builder);
}

Detection Correlator::detection_of_match(const sigma::Correlation& correlation,
                                         const sigma::CorrelationMatch& match) const {
  Detection detection = detection_of(correlation);
  const Origin& origin = origins_[match.references.front()];
  const Artefact& artefact = artefacts_[origin.artefact];
  detection.place = {artefact.source, artefact.path, origin.offset, origin.line};
  detection.log = artefact.log;
  detection.time = match.first;
  detection.raw = raws_.substr(origin.raw_begin, origin.raw_size);
  detection.fields = match.group;
  detection.fields.emplace_back("count", fmt::format("{}", match.count));
  detection.fields.emplace_back("value", fmt::format("{}", match.value));
  detection.fields.emplace_back("first", to_iso8601(match.first));
  detection.fields.emplace_back("last", to_iso8601(match.last));
  detection.fields.emplace_back("rows", rows_of(match));
  return detection;
}

// "u_ex210303.log:17, u_ex210303.log:21".
std::string Correlator::rows_of(const sigma::CorrelationMatch& match) const {
  std::string rows;
  for (const std::uint64_t reference : match.references) {
    const Origin& origin = origins_[reference];
    rows += fmt::format("{}{}:{}", rows.empty() ? "" : ", ", artefacts_[origin.artefact].path, origin.line);
  }
  return rows;
}

}  // namespace afterpatch::detect

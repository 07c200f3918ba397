#include "exposure/judgement.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace afterpatch::exposure {
namespace {

using knowledge::Build;
using knowledge::FixState;
using knowledge::Product;

// The builds that one server may have: one, or all of an update from a lowest one on.
struct Sighting {
  Build lowest;
  Build highest;

  auto operator<=>(const Sighting&) const = default;
  bool is_exact() const { return lowest == highest; }
};

Sighting whole_update(Build lowest) {
  Build highest = lowest;
  highest.parts[3] = UINT32_MAX;
  return {lowest, highest};
}

BuildStatus status_of(FixState state) {
  switch (state) {
    case FixState::not_affected:
      return BuildStatus::not_affected;
    case FixState::fixed:
      return BuildStatus::patched;
    case FixState::vulnerable:
      return BuildStatus::unpatched;
    case FixState::no_fix:
      return BuildStatus::unsupported;
    case FixState::unknown:
      break;
  }
  return BuildStatus::unknown;
}

// A status grows only from unpatched to patched inside a branch, so its two ends tell all of it.
BuildStatus status_of(const Sighting& sighting, const Product& product, const std::string& cve) {
  const BuildStatus low = status_of(product.fix_status(sighting.lowest, cve).state);
  const BuildStatus high = status_of(product.fix_status(sighting.highest, cve).state);
  return low == high ? low : BuildStatus::build_ambiguous;
}

// Whether it is the build of a cumulative update itself.
bool is_update_itself(const Build& build, const Product& product) {
  const knowledge::BuildInfo* info = product.find(build);
  return info != nullptr && info->su.empty();
}

// Exact builds first, since they tell which others are only less exact views of the same server.
std::set<Sighting> exact_sightings(const std::vector<AnswerFacts>& answers, const Product& product) {
  std::set<Sighting> exact;
  for (const AnswerFacts& answer : answers) {
    if (answer.build) exact.insert({*answer.build, *answer.build});
    const bool tells = answer.at_least && product.find(*answer.at_least) != nullptr;
    if (!answer.build && tells && !is_update_itself(*answer.at_least, product))
      exact.insert({*answer.at_least, *answer.at_least});
  }
  return exact;
}

// Builds by which servers named themselves. A manifest says less: what it leaves open stays open even when
// another server's manifest says more.
std::set<Sighting> named_sightings(const std::vector<AnswerFacts>& answers) {
  std::set<Sighting> named;
  for (const AnswerFacts& answer : answers) {
    if (answer.build) named.insert({*answer.build, *answer.build});
  }
  return named;
}

bool holds_branch(const std::set<Sighting>& sightings, const Build& build) {
  return std::ranges::any_of(sightings,
                             [&](const Sighting& sighting) { return sighting.lowest.same_branch(build); });
}

std::set<Sighting> sightings_of(const std::vector<AnswerFacts>& answers, const Product& product) {
  const std::set<Sighting> exact = exact_sightings(answers, product);
  const std::set<Sighting> named = named_sightings(answers);
  const bool header_era = std::ranges::any_of(answers, &AnswerFacts::in_header);
  std::set<Sighting> bounds;
  for (const AnswerFacts& answer : answers) {
    if (!answer.at_least || answer.build || exact.contains({*answer.at_least, *answer.at_least})) continue;
    if (!holds_branch(named, *answer.at_least)) bounds.insert(whole_update(*answer.at_least));
  }
  std::set<Sighting> all = exact;
  all.insert(bounds.begin(), bounds.end());
  for (const AnswerFacts& answer : answers) {
    if (!answer.update || answer.build) continue;
    const bool other_server = header_era && !answer.in_header;
    if (other_server || !holds_branch(all, *answer.update)) all.insert(whole_update(*answer.update));
  }
  return all;
}

// "Not Exchange" is said only when every question was answered: Exchange may hide behind the one that was
// not.
ProductKind kind_of(const std::vector<AnswerFacts>& answers, bool all_answered) {
  const bool self = std::ranges::any_of(answers, &AnswerFacts::self_hosted);
  const bool online = std::ranges::any_of(
      answers, [](const AnswerFacts& answer) { return answer.online || answer.sends_online; });
  if (self) return online ? ProductKind::exchange_hybrid : ProductKind::exchange_self_hosted;
  if (online) return ProductKind::exchange_online;
  const bool answered =
      std::ranges::any_of(answers, [](const AnswerFacts& answer) { return answer.status != 0; });
  return answered && all_answered ? ProductKind::not_exchange : ProductKind::unknown;
}

std::string text_of(const Sighting& sighting) {
  const auto& parts = sighting.lowest.parts;
  if (sighting.is_exact()) return to_string(sighting.lowest);
  return fmt::format("{}.{}.{}", parts[0], parts[1], parts[2]);
}

std::string name_of(const Sighting& sighting, const Product& product) {
  const knowledge::BuildInfo* info =
      product.nearest(sighting.is_exact() ? sighting.lowest
                                          : Build{{sighting.lowest.parts[0], sighting.lowest.parts[1],
                                                   sighting.lowest.parts[2], UINT32_MAX}});
  if (info == nullptr) return "a build that the table lacks";
  if (sighting.is_exact()) return (info->build == sighting.lowest ? "" : "about ") + info->name();
  knowledge::BuildInfo update = *info;
  update.su.clear();
  return update.name() + " with an unknown security update";
}

void explain(const Sighting& sighting, const Product& product, HostRecord& record) {
  std::string says = fmt::format("{} is {}", text_of(sighting), name_of(sighting, product));
  if (!sighting.is_exact() && sighting.lowest.parts[3] > 0)
    says += fmt::format(", {} or later", to_string(sighting.lowest));
  record.evidence.push_back({"table", std::move(says)});
  const auto ends = product.support_ends(sighting.lowest);
  if (ends && record.time >= *ends)
    record.evidence.push_back({"table", "its maker ended support on " + to_date_text(*ends)});
}

ScanConfidence confidence_of(const HostRecord& record, const std::set<Sighting>& sightings,
                             bool said_online) {
  if (record.product == ProductKind::exchange_online)
    return said_online ? ScanConfidence::confirmed : ScanConfidence::likely;
  if (record.product == ProductKind::not_exchange) return ScanConfidence::likely;
  if (sightings.empty() || record.exposure == BuildStatus::unknown) return ScanConfidence::possible;
  return std::ranges::all_of(sightings, &Sighting::is_exact) ? ScanConfidence::confirmed
                                                             : ScanConfidence::likely;
}

void judge_builds(const std::set<Sighting>& sightings, const Product& product,
                  const std::vector<std::string>& cves, HostRecord& record) {
  record.exposure = sightings.empty() ? BuildStatus::unknown : BuildStatus::not_affected;
  for (const std::string& cve : cves) {
    BuildStatus worst = sightings.empty() ? BuildStatus::unknown : BuildStatus::not_affected;
    for (const Sighting& sighting : sightings) worst = std::max(worst, status_of(sighting, product, cve));
    record.status[cve] = worst;
    record.exposure = std::max(record.exposure, worst);
  }
}

void doubt(const std::vector<std::string>& cves, HostRecord& record) {
  record.evidence.push_back(
      {"table", "one answer names several builds or products: a honeypot, or a portal in front"});
  for (const std::string& cve : cves) record.status[cve] = BuildStatus::unknown;
  record.exposure = BuildStatus::unknown;
  record.confidence = ScanConfidence::possible;
}

void add_evidence(const std::vector<AnswerFacts>& answers, HostRecord& record) {
  for (const AnswerFacts& answer : answers) {
    for (const Evidence& entry : answer.evidence) {
      if (std::ranges::find(record.evidence, entry) == record.evidence.end())
        record.evidence.push_back(entry);
    }
  }
}

}  // namespace

void judge(const std::vector<AnswerFacts>& answers, const Product& product,
           const std::vector<std::string>& cves, HostRecord& record) {
  add_evidence(answers, record);
  record.product = kind_of(answers, record.errors.empty());
  const std::set<Sighting> sightings = sightings_of(answers, product);
  std::set<std::string> builds;
  for (const Sighting& sighting : sightings) {
    if (builds.insert(text_of(sighting)).second) record.builds.push_back(text_of(sighting));
    explain(sighting, product, record);
  }
  if (std::ranges::any_of(answers, &AnswerFacts::contradicts_itself)) return doubt(cves, record);
  const bool own =
      record.product == ProductKind::exchange_self_hosted || record.product == ProductKind::exchange_hybrid;
  if (own) {
    judge_builds(sightings, product, cves, record);
  } else if (record.product != ProductKind::unknown) {
    record.exposure = BuildStatus::not_affected;
  }
  record.confidence = confidence_of(record, sightings, std::ranges::any_of(answers, &AnswerFacts::online));
}

}  // namespace afterpatch::exposure

#include "assess/incident.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace afterpatch::assess {
namespace {

auto order_of(const detect::Detection& d) {
  return std::tuple(!d.time.has_value(), d.time.value_or(Timestamp{}), d.place.source,
                    std::string_view(d.place.artefact), d.place.offset, std::string_view(d.rule_id));
}

void correct_time(detect::Detection& d, const Clocks& clocks) {
  if (!d.time || !clocks.corrects(d.log)) return;
  d.fields.emplace_back("logged-time", to_iso8601(*d.time));
  d.time = clocks.corrected(d.log, *d.time);
}

}  // namespace

Incident::Incident(const detect::Findings& f, const knowledge::Campaign& c, const knowledge::Product& p)
    : findings(f), campaign(c), product(p), clocks(f) {
  std::ranges::copy_if(f.detections, std::back_inserter(detections),
                       [&](const detect::Detection& d) { return d.campaign.empty() || d.campaign == c.id; });
  for (detect::Detection& d : detections) correct_time(d, clocks);
  std::stable_sort(detections.begin(), detections.end(),
                   [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
}

bool may_decide(const detect::Detection& detection, std::string_view campaign_id) {
  if (detection.campaign.empty() || detection.campaign != campaign_id) return false;
  if (detection.step == detect::Step::context) return false;
  if (detection.rule_kind == detect::RuleKind::pivot) return false;
  return detection.rule_kind != detect::RuleKind::indicator || detection.confidence != Confidence::possible;
}

bool is_web_row(const detect::Detection& detection) {
  return !detection.field("client").empty() && !detection.field("path").empty();
}

void add_evidence(Evidence& evidence, std::size_t index) {
  const auto at = std::lower_bound(evidence.begin(), evidence.end(), index);
  if (at == evidence.end() || *at != index) evidence.insert(at, index);
}

void add_evidence(Evidence& evidence, const Evidence& more) {
  for (const std::size_t index : more) add_evidence(evidence, index);
}

Confidence stronger(Confidence a, Confidence b) {
  return std::max(a, b);
}
Confidence weaker(Confidence a, Confidence b) {
  return std::min(a, b);
}

}  // namespace afterpatch::assess

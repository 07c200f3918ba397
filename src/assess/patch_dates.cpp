#include "assess/patch_dates.h"

#include <algorithm>
#include <optional>

namespace afterpatch::assess {
namespace {

std::optional<Timestamp> first_fix(const knowledge::Product& product, const std::string& cve) {
  std::optional<Timestamp> first;
  for (const knowledge::BuildInfo& info : product.builds) {
    if (!info.released || product.fix_status(info.build, cve).state != knowledge::FixState::fixed) continue;
    first = std::min(first.value_or(*info.released), *info.released);
  }
  return first;
}

}  // namespace

PatchDates::PatchDates(const knowledge::Campaign& campaign, const knowledge::Product& product)
    : campaign_(campaign.patch_released) {
  for (const knowledge::Flaw& flaw : campaign.flaws) {
    if (flaw.entry) entries_.push_back(flaw.cve);
    const auto fixed = first_fix(product, flaw.cve);
    if (fixed && *fixed > campaign_ + kOnePatchDay) later_[flaw.cve] = *fixed;
  }
}

Timestamp PatchDates::of(const std::string& cve) const {
  const auto later = later_.find(cve);
  return later == later_.end() ? campaign_ : later->second;
}

Timestamp PatchDates::of_used(const std::vector<std::string>& cves) const {
  std::optional<Timestamp> earliest;
  for (const std::string& cve : cves) {
    if (std::ranges::find(entries_, cve) == entries_.end()) continue;
    earliest = std::min(earliest.value_or(of(cve)), of(cve));
  }
  return earliest.value_or(campaign_);
}

}  // namespace afterpatch::assess

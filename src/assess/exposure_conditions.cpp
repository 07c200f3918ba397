#include "assess/exposure_conditions.h"

#include <algorithm>

#include <fmt/format.h>

namespace afterpatch::assess {
namespace {

std::vector<std::string> notes_for(const knowledge::Campaign& campaign,
                                   const std::vector<knowledge::SpecialCondition>& conditions) {
  std::vector<std::string> notes;
  for (const auto& flaw : campaign.flaws) {
    const auto found = std::ranges::find(conditions, flaw.cve, &knowledge::SpecialCondition::cve);
    if (found == conditions.end()) continue;
    notes.push_back(fmt::format("{}: the build alone does not decide ({}): {}. Look at: {}", flaw.cve,
                                found->applies_to, found->condition, found->where));
  }
  return notes;
}

}  // namespace

void add_exposure_conditions(HuntReport& hunt, const Campaigns& campaigns,
                             const std::vector<knowledge::SpecialCondition>& conditions) {
  for (const auto& campaign : campaigns) {
    if (campaign->id != hunt.campaign) continue;
    const auto notes = notes_for(*campaign, conditions);
    for (ServerReport& server : hunt.servers)
      server.notes.insert(server.notes.end(), notes.begin(), notes.end());
  }
  for (HuntReport& other : hunt.other_campaigns) add_exposure_conditions(other, campaigns, conditions);
}

}  // namespace afterpatch::assess

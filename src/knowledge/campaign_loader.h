// Reads a campaign's files and collects every fault on the way (docs/campaign-format.md).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "knowledge/campaign.h"
#include "knowledge/faults.h"

namespace afterpatch::knowledge {

// What could be read; whole only when no fault was added. Never null.
std::shared_ptr<Campaign> read_campaign(const std::filesystem::path& folder, Faults& faults);

// indicators.csv and guide.yaml of that folder.
std::vector<Indicator> read_indicators(const std::filesystem::path& folder, Faults& faults);
// `shared`: the product's guide.yaml, from which `use: <id>` takes a step; may be missing where none is used.
std::vector<GuideStep> read_guide(const std::filesystem::path& folder, const std::filesystem::path& shared,
                                  Faults& faults);

}  // namespace afterpatch::knowledge

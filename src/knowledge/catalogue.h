// Finds and loads all knowledge.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::knowledge {

// Where knowledge/ lies: `chosen` if given, else $AFTERPATCH_KNOWLEDGE, else ../share/afterpatch/knowledge
// beside the program, else the folder that the build was made from.
Result<std::filesystem::path> find_knowledge(const std::optional<std::filesystem::path>& chosen);

std::vector<std::string> campaign_ids(const std::filesystem::path& knowledge);

struct LoadedCampaign {
  std::shared_ptr<const Campaign> campaign;
  std::shared_ptr<const Product> product;
};
Result<LoadedCampaign> load_campaign(const std::filesystem::path& knowledge, const std::string& id);

// Campaigns against one product, in order of their windows.
struct LoadedCampaigns {
  std::vector<std::shared_ptr<const Campaign>> campaigns;
  std::shared_ptr<const Product> product;
};
// With no `ids`: all campaigns against the product of the first. Fails when those named attack different
// products.
Result<LoadedCampaigns> load_campaigns(const std::filesystem::path& knowledge,
                                       const std::vector<std::string>& ids);

// Every fault in every file of a campaign and its product, not only the first. Rules are checked by detect.
std::vector<Error> check_campaign(const std::filesystem::path& knowledge, const std::string& id);

}  // namespace afterpatch::knowledge

#include "knowledge/catalogue.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "knowledge/campaign_loader.h"
#include "knowledge/product_loader.h"

namespace afterpatch::knowledge {
namespace {

namespace fs = std::filesystem;

bool is_knowledge(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / "campaigns", error) && fs::is_directory(folder / "products", error);
}

std::unexpected<Error> no_knowledge(const fs::path& folder, const std::string& where_from) {
  return fail("holds no knowledge", folder.string(),
              where_from + " must name a folder with campaigns/ and products/");
}

// An id becomes a folder's name, so it may hold nothing that leads elsewhere.
bool is_id(std::string_view id) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !id.empty() && id.size() <= 100 && std::ranges::all_of(id, allowed);
}

Result<fs::path> campaign_folder(const fs::path& knowledge, const std::string& id) {
  const auto ids = campaign_ids(knowledge);
  if (is_id(id) && std::ranges::find(ids, id) != ids.end()) return knowledge / "campaigns" / id;
  return fail("unknown campaign '" + id + "'", knowledge.string(),
              fmt::format("known: {}", fmt::join(ids, ", ")));
}

// What only shows when campaign and product are seen together.
void check_together(const Campaign& campaign, const Product& product, const std::string& file,
                    Faults& faults) {
  for (const Flaw& flaw : campaign.flaws) {
    if (flaw.cve.empty() || product.knows_cve(flaw.cve)) continue;
    faults.add({flaw.cve + " is not in fixes.csv of product '" + product.id + "'", file,
                "add its first fixed builds"});
  }
  for (const std::string& log : campaign.needed_logs) {
    if (std::ranges::find(product.logs, log, &LogNeed::log) != product.logs.end()) continue;
    faults.add({"needed log '" + log + "' is not among the logs of product '" + product.id + "'", file,
                "expected a name from 'logs' in product.yaml"});
  }
}

LoadedCampaign read_together(const fs::path& knowledge, const fs::path& folder, Faults& faults) {
  LoadedCampaign loaded;
  loaded.campaign = read_campaign(folder, faults);
  const std::string& product = loaded.campaign->product;
  if (product.empty()) return loaded;
  const fs::path product_folder = knowledge / "products" / product;
  const std::string file = (folder / "campaign.yaml").string();
  std::error_code error;
  if (!is_id(product) || !fs::is_directory(product_folder, error)) {
    faults.add({"unknown product '" + product + "'", file, "expected a folder of knowledge/products"});
    return loaded;
  }
  loaded.product = ProductLoader::read(product_folder, faults);
  check_together(*loaded.campaign, *loaded.product, file, faults);
  return loaded;
}

}  // namespace

Result<fs::path> find_knowledge(const std::optional<fs::path>& chosen) {
  if (chosen) {
    if (!is_knowledge(*chosen)) return no_knowledge(*chosen, "--knowledge");
    return *chosen;
  }
  if (const char* named = std::getenv("AFTERPATCH_KNOWLEDGE"); named != nullptr && *named != '\0') {
    if (!is_knowledge(named)) return no_knowledge(named, "AFTERPATCH_KNOWLEDGE");
    return fs::path(named);
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = program.parent_path().parent_path() / "share" / "afterpatch" / "knowledge";
  if (!error && is_knowledge(installed)) return installed;
  const fs::path built_from = AFTERPATCH_BUILT_FROM "/knowledge";
  if (is_knowledge(built_from)) return built_from;
  return fail("no knowledge found", installed.string(),
              "name its folder with --knowledge or AFTERPATCH_KNOWLEDGE");
}

std::vector<std::string> campaign_ids(const fs::path& knowledge) {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator entry(knowledge / "campaigns", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (fs::exists(entry->path() / "campaign.yaml", ignored))
      ids.push_back(entry->path().filename().string());
  }
  std::ranges::sort(ids);
  return ids;
}

Result<LoadedCampaign> load_campaign(const fs::path& knowledge, const std::string& id) {
  const auto folder = campaign_folder(knowledge, id);
  if (!folder) return std::unexpected(folder.error());
  Faults faults;
  LoadedCampaign loaded = read_together(knowledge, *folder, faults);
  if (!faults.empty()) return std::unexpected(faults.all().front());
  return loaded;
}

Result<LoadedCampaigns> load_campaigns(const fs::path& knowledge, const std::vector<std::string>& ids) {
  LoadedCampaigns all;
  const bool chosen = !ids.empty();
  for (const std::string& id : chosen ? ids : campaign_ids(knowledge)) {
    const auto one = load_campaign(knowledge, id);
    if (!one) return std::unexpected(one.error());
    if (!all.product) all.product = one->product;
    if (one->product->id != all.product->id) {
      if (!chosen) continue;
      return fail(fmt::format("'{}' is a campaign against another product ({}) than '{}'", id,
                              one->product->id, all.campaigns.front()->id),
                  {}, "hunt for them one after the other");
    }
    all.campaigns.push_back(one->campaign);
  }
  if (all.campaigns.empty()) return fail("no campaign is known", knowledge.string());
  std::ranges::stable_sort(all.campaigns, {}, [](const auto& campaign) { return campaign->window_start; });
  return all;
}

std::vector<Error> check_campaign(const fs::path& knowledge, const std::string& id) {
  const auto folder = campaign_folder(knowledge, id);
  if (!folder) return {folder.error()};
  Faults faults;
  read_together(knowledge, *folder, faults);
  return faults.take();
}

}  // namespace afterpatch::knowledge

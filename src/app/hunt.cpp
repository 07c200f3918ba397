#include "app/hunt.h"

#include <algorithm>
#include <set>
#include <thread>

#include "assess/attribution.h"
#include "assess/exposure_conditions.h"
#include "assess/hunt_report.h"
#include "assess/legal_note.h"
#include "assess/pivots.h"
#include "detect/engine.h"
#include "evidence/artefact.h"
#include "knowledge/catalogue.h"
#include "knowledge/country.h"
#include "knowledge/special_conditions.h"

namespace afterpatch::app {
namespace {

constexpr const char* kNothingRead = "interrupted before any log was read: there is nothing to report";

detect::EngineOptions engine_options(const HuntOptions& options, const knowledge::LoadedCampaigns& loaded) {
  detect::EngineOptions engine;
  engine.campaigns = loaded.campaigns;
  engine.product = loaded.product;
  engine.sigma = options.sigma;
  engine.placeholders = options.placeholders;
  engine.yara = options.yara;
  engine.indicators = options.indicators;
  engine.baselines = options.baselines;
  engine.threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  return engine;
}

std::uint64_t request_count(const detect::Findings& findings) {
  std::uint64_t count = 0;
  for (const detect::RequestGroup& group : findings.requests) count += group.count;
  return count;
}

// What each campaign's traces ask to be searched for; no value twice.
std::vector<assess::Pivot> plan_round(const detect::Findings& findings,
                                      const knowledge::LoadedCampaigns& loaded, std::uint64_t round,
                                      std::vector<assess::Pivot>& asked) {
  std::vector<assess::Pivot> planned;
  for (const auto& campaign : loaded.campaigns) {
    const auto pivots = assess::plan_pivots(findings, *campaign, *loaded.product, round, asked);
    asked.insert(asked.end(), pivots.begin(), pivots.end());
    planned.insert(planned.end(), pivots.begin(), pivots.end());
  }
  return planned;
}

// Searches for what was found until nothing new turns up. What a round found is counted for the round, not
// for each value.
std::vector<assess::PivotStep> follow_pivots(detect::Engine& engine, const evidence::Inventory& inventory,
                                             const knowledge::LoadedCampaigns& loaded,
                                             detect::Findings& findings, Progress& progress) {
  std::vector<assess::PivotStep> steps;
  std::vector<assess::Pivot> asked;
  for (std::uint64_t round = 1; !findings.interrupted; ++round) {
    auto pivots = plan_round(findings, loaded, round, asked);
    if (pivots.empty()) break;
    std::erase_if(pivots, [](const assess::Pivot& pivot) { return pivot.kind == assess::PivotKind::sha256; });
    if (pivots.empty()) continue;  // no log holds digests: nothing was searched, so nothing is reported
    std::vector<detect::PivotValue> values;
    for (const assess::Pivot& pivot : pivots)
      values.push_back({std::string(to_string(pivot.kind)), pivot.value});
    const std::uint64_t before = request_count(findings);
    engine.pivot_pass(inventory, values, findings, progress);
    const std::uint64_t matches = request_count(findings) - before;
    for (const assess::Pivot& pivot : pivots) {
      steps.push_back({round, std::string(to_string(pivot.kind)), pivot.value, pivot.because, matches});
    }
  }
  return steps;
}

// A server may have been hit in several waves: all its marks count.
std::vector<assess::Mark> marks_of_hunt(const assess::HuntReport& hunt) {
  std::set<assess::Mark> marks;
  const auto add = [&](const assess::HuntReport& report) {
    for (const assess::ServerReport& server : report.servers)
      for (assess::Mark& mark : assess::marks_of(server)) marks.insert(std::move(mark));
  };
  add(hunt);
  for (const assess::HuntReport& other : hunt.other_campaigns) add(other);
  return {marks.begin(), marks.end()};
}

std::vector<assess::Mark> public_marks(const knowledge::LoadedCampaigns& loaded) {
  std::vector<assess::Mark> marks;
  for (const auto& campaign : loaded.campaigns) {
    for (const auto& [word, value] : campaign->public_marks)
      if (const auto kind = assess::parse_mark_kind(word)) marks.emplace_back(*kind, value);
  }
  return marks;
}

// Everything that is made once, however many servers are hunted on.
struct Hunter {
  knowledge::LoadedCampaigns loaded;
  std::optional<knowledge::Country> country;
  std::vector<knowledge::SpecialCondition> conditions;
  detect::Engine engine;
};

Result<std::optional<knowledge::Country>> load_country(const HuntOptions& options,
                                                       const std::filesystem::path& folder) {
  if (options.country.empty()) return std::nullopt;
  auto country = knowledge::load_country(folder, options.country);
  if (!country) return std::unexpected(country.error());
  return std::move(*country);
}

Result<Hunter> make_hunter(const HuntOptions& options) {
  const auto folder = knowledge::find_knowledge(options.knowledge);
  if (!folder) return std::unexpected(folder.error());
  auto loaded = knowledge::load_campaigns(*folder, options.campaigns);
  if (!loaded) return std::unexpected(loaded.error());
  auto country = load_country(options, *folder);
  if (!country) return std::unexpected(country.error());
  auto conditions = knowledge::load_special_conditions(*folder, *loaded->product);
  if (!conditions) return std::unexpected(conditions.error());
  auto engine = detect::Engine::make(engine_options(options, *loaded));
  if (!engine) return std::unexpected(engine.error());
  return Hunter{std::move(*loaded), std::move(*country), std::move(*conditions), std::move(*engine)};
}

Result<evidence::Inventory> inventory_of(const std::vector<std::string>& sources, const Progress& progress) {
  evidence::InventoryOptions options;
  options.cancelled = &progress.cancelled;
  return evidence::take_inventory(sources, options);
}

assess::HuntReport hunt_on(Hunter& hunter, const evidence::Inventory& inventory, Progress& progress) {
  detect::Findings findings = hunter.engine.first_pass(inventory, progress);
  assess::attribute(findings, hunter.loaded.campaigns, *hunter.loaded.product);
  const auto steps = follow_pivots(hunter.engine, inventory, hunter.loaded, findings, progress);
  assess::HuntReport report =
      assess::make_hunt_report(std::move(findings), hunter.loaded.campaigns, *hunter.loaded.product, steps);
  assess::add_exposure_conditions(report, hunter.loaded.campaigns, hunter.conditions);
  if (hunter.country) assess::add_legal_note(report, *hunter.country);
  return report;
}

}  // namespace

Result<report::Fleet> hunt_fleet(const HuntOptions& options, Progress& progress) {
  auto hunter = make_hunter(options);
  if (!hunter) return std::unexpected(hunter.error());
  report::Fleet fleet;
  std::vector<std::vector<assess::Mark>> marks;
  for (const std::string& source : options.sources) {
    const auto inventory = inventory_of({source}, progress);
    if (!inventory) return std::unexpected(inventory.error());
    if (progress.cancelled && fleet.hunts.empty()) return fail(kNothingRead);
    if (progress.cancelled) break;
    fleet.hunts.push_back(hunt_on(*hunter, *inventory, progress));
    marks.push_back(marks_of_hunt(fleet.hunts.back()));
  }
  fleet.clustering = assess::cluster(marks, public_marks(hunter->loaded));
  return fleet;
}

std::vector<std::string> hunt_stages() {
  return {"Reading logs", "Looking at files", "Following traces", "Reading events"};
}

Result<assess::HuntReport> hunt(const HuntOptions& options, Progress& progress) {
  auto hunter = make_hunter(options);  // first: a wrong option must not cost a walk over a whole disk
  if (!hunter) return std::unexpected(hunter.error());
  if (progress.cancelled) return fail(kNothingRead);
  const auto inventory = inventory_of(options.sources, progress);
  if (!inventory) return std::unexpected(inventory.error());
  if (progress.cancelled) return fail(kNothingRead);
  return hunt_on(*hunter, *inventory, progress);
}

}  // namespace afterpatch::app

#include "app/hunt.h"

#include <algorithm>
#include <set>
#include <thread>

#include "assess/attribution.h"
#include "assess/hunt_report.h"
#include "assess/pivots.h"
#include "detect/engine.h"
#include "evidence/artefact.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {
namespace {

constexpr const char* kNothingRead = "interrupted before any log was read: there is nothing to report";

Result<knowledge::LoadedCampaigns> load_knowledge(const HuntOptions& options) {
  const auto folder = knowledge::find_knowledge(options.knowledge);
  if (!folder) return std::unexpected(folder.error());
  return knowledge::load_campaigns(*folder, options.campaigns);
}

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

}  // namespace

namespace {

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

}  // namespace

Result<report::Fleet> hunt_fleet(const HuntOptions& options, Progress& progress) {
  const auto loaded = load_knowledge(options);
  if (!loaded) return std::unexpected(loaded.error());
  report::Fleet fleet;
  std::vector<std::vector<assess::Mark>> marks;
  for (const std::string& source : options.sources) {
    HuntOptions one = options;
    one.sources = {source};
    auto report = hunt(one, progress);
    if (!report) return std::unexpected(report.error());
    marks.push_back(marks_of_hunt(*report));
    fleet.hunts.push_back(std::move(*report));
    if (progress.cancelled) break;
  }
  fleet.clustering = assess::cluster(marks, public_marks(*loaded));
  return fleet;
}

std::vector<std::string> hunt_stages() {
  return {"Reading logs", "Looking at files", "Following traces", "Reading events"};
}

Result<assess::HuntReport> hunt(const HuntOptions& options, Progress& progress) {
  const auto loaded = load_knowledge(options);
  if (!loaded) return std::unexpected(loaded.error());
  evidence::InventoryOptions inventory_options;
  inventory_options.cancelled = &progress.cancelled;
  const auto inventory = evidence::take_inventory(options.sources, inventory_options);
  if (!inventory) return std::unexpected(inventory.error());
  if (progress.cancelled) return fail(kNothingRead);
  auto engine = detect::Engine::make(engine_options(options, *loaded));
  if (!engine) return std::unexpected(engine.error());
  if (progress.cancelled) return fail(kNothingRead);
  detect::Findings findings = engine->first_pass(*inventory, progress);
  assess::attribute(findings, loaded->campaigns, *loaded->product);
  const auto steps = follow_pivots(*engine, *inventory, *loaded, findings, progress);
  return assess::make_hunt_report(std::move(findings), loaded->campaigns, *loaded->product, steps);
}

}  // namespace afterpatch::app

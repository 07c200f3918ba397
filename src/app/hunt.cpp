#include "app/hunt.h"

#include <algorithm>
#include <set>
#include <thread>

#include "assess/hunt_report.h"
#include "assess/pivots.h"
#include "detect/engine.h"
#include "evidence/artefact.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {
namespace {

constexpr std::uint64_t kMaxPivotRounds = 4;

Result<knowledge::LoadedCampaign> load_knowledge(const HuntOptions& options) {
  const auto folder = knowledge::find_knowledge(options.knowledge);
  if (!folder) return std::unexpected(folder.error());
  return knowledge::load_campaign(*folder, options.campaign);
}

detect::EngineOptions engine_options(const HuntOptions& options, const knowledge::LoadedCampaign& loaded) {
  detect::EngineOptions engine;
  engine.campaign = loaded.campaign;
  engine.product = loaded.product;
  engine.sigma = options.sigma;
  engine.yara = options.yara;
  engine.indicators = options.indicators;
  engine.placeholders = options.placeholders;
  engine.threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  return engine;
}

// Searches for what was found until nothing new turns up.
std::vector<assess::PivotStep> follow_pivots(detect::Engine& engine, const evidence::Inventory& inventory,
                                             const knowledge::LoadedCampaign& loaded, detect::Findings& findings,
                                             Progress& progress) {
  std::vector<assess::PivotStep> steps;
  for (std::uint64_t round = 1; round <= kMaxPivotRounds && !progress.cancelled; ++round) {
    const auto pivots = assess::plan_pivots(findings, *loaded.campaign, *loaded.product, steps);
    if (pivots.empty()) break;
    std::vector<detect::PivotValue> values;
    for (const assess::Pivot& pivot : pivots) values.push_back({pivot.kind, pivot.value});
    engine.pivot_pass(inventory, values, findings, progress);
    for (const assess::Pivot& pivot : pivots) steps.push_back({round, pivot.kind, pivot.value, pivot.because, 0});
  }
  return steps;
}

}  // namespace

std::vector<std::string> hunt_stages() { return {"Reading logs", "Looking at files", "Following traces"}; }

Result<assess::HuntReport> hunt(const HuntOptions& options, Progress& progress) {
  const auto loaded = load_knowledge(options);
  if (!loaded) return std::unexpected(loaded.error());
  const auto inventory = evidence::take_inventory(options.sources);
  if (!inventory) return std::unexpected(inventory.error());
  auto engine = detect::Engine::make(engine_options(options, *loaded));
  if (!engine) return std::unexpected(engine.error());
  detect::Findings findings = engine->first_pass(*inventory, progress);
  const auto steps = follow_pivots(*engine, *inventory, *loaded, findings, progress);
  return assess::make_hunt_report(std::move(findings), *loaded->campaign, *loaded->product, steps);
}

}  // namespace afterpatch::app

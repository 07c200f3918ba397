// One engine over all evidence: reads every log once with every rule, scans every file that matters, and
// later goes over the logs again for the values of a pivot.
//
// Example:
//   auto engine = Engine::make(options);
//   Findings findings = engine->first_pass(inventory, progress);
//   engine->pivot_pass(inventory, {{"path", "/owa/auth/x.aspx"}}, findings, progress);
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/progress.h"
#include "detect/findings.h"
#include "detect/pivot_search.h"
#include "evidence/artefact.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::detect {

struct EngineOptions {
  // REQUIRES: all of them of `product`.
  std::vector<std::shared_ptr<const knowledge::Campaign>> campaigns;
  std::shared_ptr<const knowledge::Product> product;
  std::vector<std::filesystem::path> sigma;  // the user's rule files and folders
  std::filesystem::path placeholders;        // values for Sigma's `expand` (placeholder_file.h); may be empty
  std::vector<std::filesystem::path> yara;
  std::vector<std::filesystem::path> indicators;
  std::vector<std::filesystem::path> baselines;  // files/baseline.h
  unsigned threads = 1;
};

// Progress::stage of the two kinds of pass.
inline constexpr int kStageLogs = 0;
inline constexpr int kStageFiles = 1;
inline constexpr int kStagePivots = 2;
inline constexpr int kStageEvents = 3;

class Engine {
 public:
  // Fails only when a rule path that the user named can't be opened, or the engine itself can't be built.
  // Single rules that can't run are refused and reported in Findings::rules.
  static Result<Engine> make(const EngineOptions& options);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // May be called again, for other evidence: findings of one do not depend on those read before.
  // Ends early when progress.cancelled is set, and says so in Findings::interrupted.
  // Not thread-safe; works with `threads` threads of its own. Two runs over the same evidence give the same
  // findings.
  Findings first_pass(const evidence::Inventory& inventory, Progress& progress);
  // Adds to findings.requests.
  void pivot_pass(const evidence::Inventory& inventory, std::span<const PivotValue> values,
                  Findings& findings, Progress& progress);

  // What was loaded and what was refused.
  const RuleReport& rules() const;

  // The literals that a pass over this log looks for, for benchmarks and for people who wonder.
  std::vector<std::string> literals_of(std::string_view log) const;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace afterpatch::detect

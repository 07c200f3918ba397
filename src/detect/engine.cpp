#include "detect/engine.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/events/search_events.h"
#include "detect/evidence_pass.h"
#include "detect/files/build_traces.h"
#include "detect/files/file_scan.h"
#include "detect/files/registry_traces.h"
#include "detect/idle_rules.h"
#include "detect/indicator_search.h"
#include "detect/log_names.h"
#include "detect/neighbours.h"
#include "detect/protected_pages.h"
#include "detect/sigma/placeholder_file.h"
#include "detect/sigma/rule_set.h"
#include "detect/sigma_search.h"
#include "evidence/byte_stream.h"

namespace afterpatch::detect {

struct Engine::State {
  EngineOptions options;
  RuleReport rules;
  std::shared_ptr<const sigma::RuleSet> campaign_rules;
  std::shared_ptr<const sigma::RuleSet> user_rules;
  std::shared_ptr<const files::IndicatorSet> indicators;
  LogPlans plans;  // of the logs that were met; to make one takes longer than to read a small log
  std::shared_ptr<const events::EventRules> event_rules;
  std::shared_ptr<files::FileScan> files;
  std::vector<PivotValue> asked;

  SigmaRules sigma() const { return {campaign_rules, user_rules}; }
  // `sample`: some of the log.
  Result<void> make_plan(std::string_view log, std::string_view sample);
};

Result<void> Engine::State::make_plan(std::string_view log, std::string_view sample) {
  if (plans.contains(log)) return {};
  std::vector<std::shared_ptr<const RowSearch>> searches;
  if (auto search = make_sigma_search(sigma(), log)) searches.push_back(std::move(search));
  searches.push_back(std::make_shared<IndicatorSearch>(indicators));
  auto plan = LogPlan::make(std::string(log), std::move(searches), sample);
  if (!plan) return std::unexpected(plan.error());
  plans.emplace(log, std::move(*plan));
  return {};
}

namespace {

Result<void> must_exist(const std::vector<std::filesystem::path>& paths) {
  for (const auto& path : paths) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
      return fail("no such file or folder", path.string(), "check the path of the rules");
  }
  return {};
}

// The rules that come with the product and its campaigns: whose each is, its folder says.
sigma::RuleSet own_rules(const EngineOptions& options, const sigma::Placeholders& placeholders) {
  std::vector<std::pair<std::string, std::string>> owners;  // folder, id
  const auto add = [&](const std::filesystem::path& folder, const std::string& owner) {
    if (!folder.empty()) owners.emplace_back((folder / "").string(), owner);
  };
  add(options.product->sigma_folder, options.product->id);
  for (const auto& campaign : options.campaigns) add(campaign->sigma_folder, campaign->id);
  std::vector<std::filesystem::path> folders;
  for (const auto& [folder, owner] : owners) folders.emplace_back(folder);
  sigma::RuleSet rules = sigma::load_rules(folders, placeholders);
  const auto mark = [&](auto& document) {
    for (const auto& [folder, owner] : owners)
      if (document.file.starts_with(folder)) document.campaign = owner;
  };
  for (sigma::Rule& rule : rules.rules) mark(rule);
  for (sigma::Correlation& correlation : rules.correlations) mark(correlation);
  return rules;
}

Result<sigma::Placeholders> placeholders_of(const EngineOptions& options) {
  if (options.placeholders.empty()) return sigma::Placeholders{};
  return sigma::load_placeholders(options.placeholders);
}

void count_files(const evidence::Inventory& inventory, Findings& findings) {
  findings.sources = inventory.sources;
  findings.problems = inventory.problems;
  findings.files = inventory.artefacts.size();
  findings.bytes += inventory.total_bytes;
  for (const auto& artefact : inventory.artefacts) {
    ++findings.files_by_kind[std::string(evidence::to_string(artefact.kind))];
    if (artefact.modified && (!findings.newest_file || *artefact.modified > *findings.newest_file)) {
      findings.newest_file = artefact.modified;
    }
  }
}

// The logs of which there are rows; any of them where text mixes logs.
std::vector<std::string_view> logs_in(const evidence::Inventory& inventory) {
  std::set<std::string_view> found;
  for (const auto& artefact : inventory.artefacts) {
    if (artefact.kind == evidence::Kind::mixed_log) return {kLogNames.begin(), kLogNames.end()};
    found.insert(log_of(artefact));
  }
  std::vector<std::string_view> logs;
  std::ranges::copy_if(kLogNames, std::back_inserter(logs),
                       [&](std::string_view log) { return found.contains(log); });
  return logs;
}

// The begin of the first file that holds rows of the log.
std::string sample_of(const evidence::Inventory& inventory, std::string_view log) {
  constexpr std::size_t kSampleBytes = std::size_t{512} << 10U;
  const auto artefact = std::ranges::find_if(inventory.artefacts, [&](const evidence::Artefact& candidate) {
    return candidate.kind == evidence::Kind::mixed_log || log_of(candidate) == log;
  });
  std::string sample;
  if (artefact == inventory.artefacts.end()) return sample;
  const auto stream = evidence::open_stream(*artefact);
  if (!stream) return sample;
  sample.resize(kSampleBytes);
  const auto bytes = (*stream)->read(sample);
  sample.resize(bytes ? *bytes : 0);
  return sample;
}

// Folders of the web sites that are part of the evidence, by URL.
std::vector<std::string> web_folders_of(const evidence::Inventory& inventory,
                                        const knowledge::Product& product) {
  std::set<std::string> folders;
  for (const auto& artefact : inventory.artefacts) {
    if (artefact.kind != evidence::Kind::web_content) continue;
    const std::string url = to_lower_ascii(product.url_of(artefact.windows_path));
    if (const std::size_t slash = url.rfind('/'); slash != std::string::npos)
      folders.insert(url.substr(0, slash));
  }
  return {folders.begin(), folders.end()};
}

// What the disk says of builds and updates, beside the rows of the logs.
void add_disk_traces(const evidence::Inventory& inventory, const knowledge::Product& product,
                     Findings& findings) {
  findings.build_traces = files::build_traces(inventory, product, findings.problems);
  files::RegistryTraces registry = files::registry_traces(inventory, product, findings.problems);
  std::ranges::move(registry.builds, std::back_inserter(findings.build_traces));
  findings.installed_programs = std::move(registry.programs);
}

// Rules whose log is not among the evidence were sound but had nothing to look at.
std::uint64_t idle_rules(const SigmaRules& rules, const events::EventRules& events,
                         const Findings& findings) {
  std::vector<std::string_view> seen;
  for (const LogCoverage& coverage : findings.coverage) seen.push_back(coverage.log);
  return count_idle(rules, seen, events);
}

// Called when a stage ends, before the next one resets the counts.
void note_interruption(const Progress& progress, Findings& findings) {
  constexpr std::array<std::string_view, 4> kStages = {"logs", "files", "traces", "events"};
  if (!progress.cancelled || findings.interrupted) return;
  const auto stage = static_cast<std::size_t>(progress.stage.load());
  findings.interrupted = {std::string(kStages.at(stage)), progress.done_bytes, progress.total_bytes};
}

void sort_problems(std::vector<evidence::Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const auto& a, const auto& b) {
    return std::tie(a.artefact, a.what) < std::tie(b.artefact, b.what);
  });
}

}  // namespace

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Result<Engine> Engine::make(const EngineOptions& options) {
  for (const auto* paths : {&options.sigma, &options.yara, &options.indicators, &options.baselines}) {
    if (const auto exists = must_exist(*paths); !exists) return std::unexpected(exists.error());
  }
  auto state = std::make_unique<State>();
  state->options = options;
  const auto placeholders = placeholders_of(options);
  if (!placeholders) return std::unexpected(placeholders.error());
  auto campaign_rules = std::make_shared<sigma::RuleSet>(own_rules(options, *placeholders));
  auto user_rules = std::make_shared<sigma::RuleSet>(sigma::load_rules(options.sigma, *placeholders));
  for (const auto& set : {campaign_rules, user_rules}) {
    state->rules.refused.insert(state->rules.refused.end(), set->refused.begin(), set->refused.end());
    state->rules.notices.insert(state->rules.notices.end(), set->notices.begin(), set->notices.end());
    state->rules.loaded += set->rules.size() + set->correlations.size();
  }
  state->campaign_rules = campaign_rules;
  state->user_rules = user_rules;

  files::FileScanOptions scan;
  scan.product = options.product;
  scan.campaigns = options.campaigns;
  scan.yara = options.yara;
  scan.indicators = options.indicators;
  scan.baselines = options.baselines;
  scan.threads = options.threads;
  auto files = files::FileScan::make(scan, state->rules);
  if (!files) return std::unexpected(files.error());
  state->files = std::make_shared<files::FileScan>(std::move(*files));
  state->indicators = {state->files, &state->files->indicators()};
  state->event_rules = std::make_shared<const events::EventRules>(state->sigma());
  return Engine(std::move(state));
}

Findings Engine::first_pass(const evidence::Inventory& inventory, Progress& progress) {
  Findings findings;
  state_->asked.clear();  // what another evidence's pivots asked for is in that one's findings only
  count_files(inventory, findings);
  findings.web_folders = web_folders_of(inventory, *state_->options.product);
  findings.rules = state_->rules;
  const SigmaRules rules = state_->sigma();
  Correlator correlator(rules);
  FindingsBuilder builder(findings, &correlator);
  for (const std::string_view log : logs_in(inventory)) {
    const auto made = state_->make_plan(log, sample_of(inventory, log));
    if (!made)
      builder.add_problem({"", fmt::format("no log of kind {} was read: {}", log, made.error().what), 1});
  }
  progress.stage = kStageLogs;
  search_logs(inventory, state_->plans, {}, state_->options.threads, builder, progress);
  note_interruption(progress, findings);
  progress.stage = kStageEvents;
  events::search_events(inventory, *state_->event_rules, state_->options.threads, builder, progress);
  note_interruption(progress, findings);
  progress.stage = kStageFiles;
  scan_files(inventory, *state_->files, state_->options.threads, builder, findings, progress);
  weigh_protected_pages(findings.detections);
  note_neighbours(inventory, findings.web_files);
  add_disk_traces(inventory, *state_->options.product, findings);
  note_interruption(progress, findings);
  if (findings.interrupted)
    findings.web_folders.clear();  // a file that was not looked at is not a file removed
  correlator.finish(builder);
  builder.finish();
  findings.rules.idle = idle_rules(rules, *state_->event_rules, findings);
  sort_problems(findings.problems);
  return findings;
}

void Engine::pivot_pass(const evidence::Inventory& inventory, std::span<const PivotValue> values,
                        Findings& findings, Progress& progress) {
  const std::vector<PivotValue> wanted(values.begin(), values.end());
  const auto search = std::make_shared<PivotSearch>(wanted, state_->asked);
  LogPlans plans;
  for (const std::string_view log : {"iis-w3c", "http-proxy"}) {
    auto plan = LogPlan::make(std::string(log), {search}, sample_of(inventory, log));
    if (plan) plans.emplace(log, std::move(*plan));
  }
  FindingsBuilder builder(findings);
  progress.stage = kStagePivots;
  search_logs(inventory, plans, {.summarise = false}, state_->options.threads, builder, progress);
  note_interruption(progress, findings);
  builder.finish();
  sort_problems(findings.problems);
  state_->asked.insert(state_->asked.end(), wanted.begin(), wanted.end());
}

const RuleReport& Engine::rules() const {
  return state_->rules;
}

std::vector<std::string> Engine::literals_of(std::string_view log) const {
  std::vector<std::string> texts;
  if (!state_->make_plan(log, {})) return texts;
  const auto plan = state_->plans.find(log);
  for (const ScanLiteral& literal : plan->second.literals()) texts.push_back(literal.text);
  return texts;
}

}  // namespace afterpatch::detect

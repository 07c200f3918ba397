#include "detect/files/file_scan.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "detect/files/baseline.h"
#include "detect/files/compiled_page.h"
#include "detect/files/compiled_trace.h"
#include "detect/files/file_places.h"
#include "detect/files/iis_settings.h"
#include "detect/files/known_good.h"
#include "detect/files/placement.h"
#include "detect/files/scheduled_task.h"
#include "detect/files/service_settings.h"
#include "detect/files/staged.h"
#include "detect/files/web_content.h"
#include "detect/files/yara_rules.h"
#include "evidence/byte_stream.h"

namespace afterpatch::detect::files {
namespace {

using evidence::Artefact;
using evidence::Kind;
using knowledge::KnownGoodAnswer;

constexpr std::uint64_t kCompiledTraceBytes = 64 * 1024;

bool is_log(Kind kind) {
  return kind == Kind::iis_w3c || kind == Kind::exchange_csv || kind == Kind::mixed_log ||
         kind == Kind::evtx || kind == Kind::event_xml || kind == Kind::event_json;
}

// What is done with a file, and how much of it that takes.
struct Plan {
  bool in_web_folder = false;
  bool web = false;      // content rules
  bool compare = false;  // known-good comparison and placement
  bool digest = false;
  bool yara = false;
  bool staged = false;
  bool compiled = false;
  bool compiled_page = false;
  bool iis_settings = false;
  bool task = false;
  bool service = false;
  bool unread = false;  // it should have been read and could not
  std::uint64_t read = 0;
};

// Without bytes only name and place are left to judge by.
Plan plan_without_reading(const Plan& plan) {
  return {.in_web_folder = plan.in_web_folder, .compare = plan.compare, .unread = true};
}

}  // namespace

struct FileScan::State {
  FileScanOptions options;
  IndicatorSet indicators;
  Baseline baseline;
  YaraRules yara;
  std::vector<YaraScanner> scanners;  // one a thread

  const knowledge::Product& product() const { return *options.product; }
  Plan plan_reading(const Artefact& artefact) const;
  void scan_bytes(const Artefact& artefact, const Plan& plan, const evidence::Content& content,
                  unsigned thread, FileOutcome& outcome);
  void look_at_web_file(const Artefact& artefact, const Plan& plan, std::string_view bytes, FileFacts& facts,
                        std::vector<Claim>& claims, FileOutcome& outcome) const;
  std::vector<Claim> digest_claims(std::string_view bytes, FileFacts& facts) const;
  void run_yara(const Artefact& artefact, std::string_view bytes, const FileFacts& facts, unsigned thread,
                FileOutcome& outcome);
  ServedAs served_as(std::string_view windows_path) const;
};

Plan FileScan::State::plan_reading(const Artefact& artefact) const {
  const std::string_view path = artefact.windows_path;
  const bool store = is_component_store(path);
  Plan plan;
  plan.in_web_folder = product().web_folder(path) != nullptr;
  plan.compiled = is_compiled_trace(path);
  const bool script =
      has_extension(path, product().web_extensions) || is_put_aside_script(path, product().web_extensions);
  if (artefact.size == 0 || plan.compiled) {
    plan.compare = plan.in_web_folder;
    plan.read = plan.compiled ? kCompiledTraceBytes : 0;
    return plan;
  }
  if (is_log(artefact.kind) && !plan.in_web_folder && !script) return plan;
  const bool web_kind = artefact.kind == Kind::web_content && !is_system_place(path);
  plan.web = (web_kind || script || plan.in_web_folder) && !store;
  plan.compare = plan.in_web_folder;
  plan.staged = !store;
  const bool interesting = plan.web || is_odd_place(path);
  const bool listed = indicators.has_digests() && artefact.kind == Kind::executable && !store;
  plan.digest = interesting || listed;
  plan.yara =
      !yara.empty() &&
      (interesting || (yara.has_user_rules() && (options.scan_system_places || !is_system_place(path))));
  if (plan.staged) plan.read = staged_head_bytes(artefact);
  plan.iis_settings = is_iis_settings(path) && !store;
  plan.task = is_scheduled_task(path);
  plan.service = (is_registry_export(path) && !store) ||
                 (is_service_wrapper(path) && !store && !lies_below(path, "\\windows") &&
                  artefact.size <= kMaxWrapperBytes);
  plan.compiled_page = is_compiled_page(path);
  if (plan.compiled_page) plan.read = std::max(plan.read, kMaxCompiledPageBytes);
  if (plan.iis_settings) plan.read = std::max(plan.read, kMaxSettingsBytes);
  if (plan.task) plan.read = std::max(plan.read, kMaxTaskBytes);
  if (plan.service)
    plan.read = std::max(plan.read, is_registry_export(path) ? kMaxRegistryExportBytes : kMaxWrapperBytes);
  if (plan.digest || plan.yara) plan.read = options.max_file_bytes;
  return plan;
}

ServedAs FileScan::State::served_as(std::string_view windows_path) const {
  if (has_extension(windows_path, product().web_extensions)) return ServedAs::script;
  return is_put_aside_script(windows_path, product().web_extensions) ? ServedAs::put_aside
                                                                     : ServedAs::something;
}

std::vector<Claim> FileScan::State::digest_claims(std::string_view bytes, FileFacts& facts) const {
  std::vector<std::string> digests;
  if (indicators.has_old_digests()) {
    Hasher hasher;
    hasher.add(bytes);
    Digests all = hasher.finish();
    digests = {all.sha256, std::move(all.sha1), std::move(all.md5)};
  } else {
    digests = {sha256(bytes)};
  }
  facts.sha256 = digests.front();
  for (const std::string& digest : digests) {
    if (const Indicator* hit = indicators.with_digest(digest)) return {indicator_claim(*hit)};
  }
  return {};
}

void FileScan::State::look_at_web_file(const Artefact& artefact, const Plan& plan, std::string_view bytes,
                                       FileFacts& facts, std::vector<Claim>& claims,
                                       FileOutcome& outcome) const {
  WebContent content;
  Comparison comparison;
  if (plan.compare) {
    comparison = compare_with_known_good(product(), artefact, facts.sha256);
    outcome.known_good = comparison.answer == KnownGoodAnswer::known_file;
    outcome.web_file = std::move(comparison.web_file);
  }
  const BaselineAnswer listed = baseline.answer(artefact.windows_path, facts.sha256);
  if (listed == BaselineAnswer::listed) {
    outcome.known_good = true;
    outcome.web_file.reset();
  }
  if (outcome.known_good) return;
  if (auto claim = judge_baseline(product(), artefact.windows_path, listed))
    claims.push_back(std::move(*claim));
  if (plan.web) {
    const ServedAs served = served_as(artefact.windows_path);
    content = analyse_web_content(bytes, extension_of(artefact.windows_path), served);
    if (served == ServedAs::script && bytes.size() > kMaxWebContentBytes)
      outcome.problems.push_back(
          {.artefact = artefact.path,
           .what = fmt::format("the code of this page was looked at in its first {} MiB only",
                               kMaxWebContentBytes >> 20U)});
  }
  claims.insert(claims.end(), content.claims.begin(), content.claims.end());
  if (!plan.compare) return;
  auto placed = judge_placement(product(), {.windows_path = artefact.windows_path,
                                            .size = artefact.size,
                                            .known = comparison.answer,
                                            .server_script = content.server_script,
                                            .bare_dump = content.bare_dump,
                                            .unread = plan.unread});
  if (placed) claims.push_back(std::move(*placed));
}

void FileScan::State::run_yara(const Artefact& artefact, std::string_view bytes, const FileFacts& facts,
                               unsigned thread, FileOutcome& outcome) {
  const YaraOutcome found =
      scanners[thread].scan({.bytes = bytes, .path = artefact.path, .windows_path = artefact.windows_path});
  for (std::size_t i = 0; i < found.claims.size(); ++i) {
    outcome.detections.push_back(to_detection(found.claims[i], artefact, facts, found.campaigns[i]));
  }
  for (const std::string& problem : found.problems)
    outcome.problems.push_back({.artefact = artefact.path, .what = problem});
}

void FileScan::State::scan_bytes(const Artefact& artefact, const Plan& plan, const evidence::Content& content,
                                 unsigned thread, FileOutcome& outcome) {
  const std::string_view bytes = content.bytes;
  FileFacts facts;
  facts.url = plan.in_web_folder ? product().url_of(artefact.windows_path) : std::string();
  std::vector<Claim> claims;
  const bool whole = !content.truncated && !plan.unread;
  if (plan.digest && whole) claims = digest_claims(bytes, facts);
  if (plan.web || plan.compare) look_at_web_file(artefact, plan, bytes, facts, claims, outcome);
  if (plan.staged) {
    const bool shipped = product().known_good(artefact.windows_path, "") != KnownGoodAnswer::unknown_path;
    const bool web_folder = plan.in_web_folder || lies_below(artefact.windows_path, "\\inetpub\\wwwroot");
    const auto staged = staged_claims(
        {.artefact = artefact, .head = bytes, .in_web_folder = web_folder, .shipped_here = shipped});
    claims.insert(claims.end(), staged.begin(), staged.end());
  }
  if (plan.compiled) {
    if (auto trace = judge_compiled_trace(product(), bytes)) claims.push_back(std::move(*trace));
  }
  if (plan.iis_settings && !outcome.known_good) {
    auto doors = judge_iis_settings(product(), artefact.windows_path, bytes);
    claims.insert(claims.end(), std::make_move_iterator(doors.begin()), std::make_move_iterator(doors.end()));
  }
  if (plan.compiled_page) {
    auto pages = judge_compiled_page(product(), artefact.windows_path, bytes);
    claims.insert(claims.end(), std::make_move_iterator(pages.begin()), std::make_move_iterator(pages.end()));
  }
  if (plan.task) {
    if (auto task = judge_scheduled_task(product(), artefact.windows_path, bytes))
      claims.push_back(std::move(*task));
  }
  if (plan.service) {
    auto services = judge_service_settings(product(), artefact.windows_path, bytes);
    claims.insert(claims.end(), std::make_move_iterator(services.begin()),
                  std::make_move_iterator(services.end()));
  }
  for (const Claim& claim : claims)
    outcome.detections.push_back(
        to_detection(claim, artefact, facts, claim.campaign.empty() ? product().id : claim.campaign));
  if (plan.yara && !outcome.known_good) run_yara(artefact, bytes, facts, thread, outcome);
}

FileScan::FileScan(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileScan::FileScan(FileScan&&) noexcept = default;
FileScan& FileScan::operator=(FileScan&&) noexcept = default;
FileScan::~FileScan() = default;

const IndicatorSet& FileScan::indicators() const {
  return state_->indicators;
}

namespace {

std::vector<YaraSource> yara_sources(const FileScanOptions& options) {
  std::vector<YaraSource> sources;
  const auto add_own = [&](const std::filesystem::path& folder, const std::string& owner) {
    if (!folder.empty()) sources.push_back({folder, owner});
  };
  add_own(options.product->yara_folder, options.product->id);
  for (const auto& campaign : options.campaigns) add_own(campaign->yara_folder, campaign->id);
  for (const auto& path : options.yara) sources.push_back({path, {}});
  return sources;
}

}  // namespace

Result<FileScan> FileScan::make(const FileScanOptions& options, RuleReport& report) {
  if (!options.product) return fail("no product is known for the file rules");
  auto state = std::make_unique<State>();
  state->options = options;
  state->indicators =
      load_indicators(options.campaigns, options.indicators, report, {.stix_objects = options.stix_objects});
  for (const auto& file : options.baselines) {
    if (const auto added = state->baseline.add(file); !added) return std::unexpected(added.error());
  }
  auto rules = YaraRules::compile(yara_sources(options), report);
  if (!rules) return std::unexpected(rules.error());
  state->yara = std::move(*rules);
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    auto scanner = YaraScanner::make(state->yara, {.seconds_per_file = options.yara_seconds_per_file});
    if (!scanner) return std::unexpected(scanner.error());
    state->scanners.push_back(std::move(*scanner));
  }
  return FileScan(std::move(state));
}

FileOutcome FileScan::scan(const Artefact& artefact, unsigned thread) {
  FileOutcome outcome;
  Plan plan = state_->plan_reading(artefact);
  evidence::Content content;
  if (plan.read > 0) {
    auto read = evidence::read_content(artefact, plan.read);
    if (read) {
      content = std::move(*read);
    } else {
      outcome.problems.push_back({.artefact = artefact.path, .what = to_string(read.error())});
      plan = plan_without_reading(plan);
    }
    outcome.bytes = std::min<std::uint64_t>(artefact.size, content.bytes.size());
  }
  if (content.truncated && plan.read == state_->options.max_file_bytes) {
    outcome.problems.push_back(
        {.artefact = artefact.path,
         .what = fmt::format("only the first {} MiB were looked at", state_->options.max_file_bytes >> 20U)});
  }
  for (const Indicator* hit : state_->indicators.with_path(artefact.windows_path)) {
    outcome.detections.push_back(to_detection(indicator_claim(*hit), artefact, {}, hit->campaign));
  }
  state_->scan_bytes(artefact, plan, content, thread, outcome);
  std::stable_sort(outcome.detections.begin(), outcome.detections.end(),
                   [](const Detection& a, const Detection& b) {
                     return std::tie(a.place.offset, a.rule_id) < std::tie(b.place.offset, b.rule_id);
                   });
  return outcome;
}

}  // namespace afterpatch::detect::files

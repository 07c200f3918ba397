#include "detect/files/yara_rules.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/files/file_places.h"
#include "detect/files/yara_classes.h"
#include "detect/files/yara_compiled.h"

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

struct FileType {
  std::string_view magic;
  const char* name;
};
constexpr std::array kFileTypes = {
    FileType{"MZ"sv, "EXE"},
    FileType{"PK\x03\x04"sv, "ZIP"},
    FileType{"Rar!"sv, "RAR"},
    FileType{"7z\xbc\xaf\x27\x1c"sv, "7ZIP"},
    FileType{"MSCF"sv, "CAB"},
    FileType{"MDMP"sv, "MDMP"},
    FileType{"ElfFile"sv, "EVTX"},
    FileType{"regf"sv, "REGF"},
    FileType{"%PDF"sv, "PDF"},
    FileType{"\x1f\x8b"sv, "GZIP"},
    FileType{"\x7f"
             "ELF"sv,
             "ELF"},
    FileType{"GIF8"sv, "GIF"},
    FileType{"\x89PNG"sv, "PNG"},
    FileType{"\xff\xd8\xff"sv, "JPEG"},
    FileType{"<?php"sv, "PHP"},
    FileType{"<%"sv, "ASPX"},
};

const char* file_type(std::string_view bytes) {
  const auto found = std::find_if(kFileTypes.begin(), kFileTypes.end(),
                                  [&](const FileType& type) { return bytes.starts_with(type.magic); });
  return found == kFileTypes.end() ? "UNKNOWN" : found->name;
}

// The part of the path that lies on the server's disk, in the case of the evidence.
std::string windows_case(const YaraFile& file) {
  std::string path(file.path);
  std::replace(path.begin(), path.end(), '/', '\\');
  if (path.size() + 1 == file.windows_path.size()) path.insert(0, 1, '\\');
  return ends_with_ignoring_case(path, file.windows_path)
             ? path.substr(path.size() - file.windows_path.size())
             : std::string(file.windows_path);
}

std::string_view meta_text(const YR_RULE* rule, std::string_view name) {
  const YR_META* meta = nullptr;
  yr_rule_metas_foreach(rule, meta) {
    if (meta->type == META_TYPE_STRING && name == meta->identifier) return meta->string;
  }
  return {};
}

std::vector<std::string> meta_list(const YR_RULE* rule, std::string_view name) {
  std::vector<std::string> list;
  for (const std::string_view part : split(meta_text(rule, name), ',')) {
    if (!trim(part).empty()) list.emplace_back(trim(part));
  }
  return list;
}

struct FirstMatch {
  std::size_t offset = 0;
  std::size_t length = 0;
  bool found = false;
};

// libyara packs its matches without regard to alignment, so they are copied out before they are read.
YR_MATCH copy_of(const YR_MATCH* packed) {
  YR_MATCH match;
  std::memcpy(&match, static_cast<const void*>(packed), sizeof(match));
  return match;
}

// The match that stands first in the file, of any string that is not private.
FirstMatch first_match(YR_SCAN_CONTEXT* context, const YR_RULE* rule) {
  FirstMatch first;
  const YR_STRING* string = nullptr;
  yr_rule_strings_foreach(rule, string) {
    for (const YR_MATCH* next = context->matches[string->idx].head; next != nullptr;) {
      const YR_MATCH match = copy_of(next);
      next = match.next;
      const auto offset = static_cast<std::size_t>(match.base + match.offset);
      if (match.is_private || (first.found && offset >= first.offset)) continue;
      first = {.offset = offset, .length = static_cast<std::size_t>(match.match_length), .found = true};
    }
  }
  return first;
}

Claim claim_of(const YR_RULE* rule, const YaraSourceFile& owner) {
  Claim claim;
  claim.kind = RuleKind::yara;
  claim.rule_id = rule->identifier;
  claim.title = std::string(meta_text(rule, "title"));
  if (claim.title.empty()) claim.title = std::string(meta_text(rule, "description"));
  if (claim.title.empty()) claim.title = rule->identifier;
  claim.reason = fmt::format("YARA rule {} matches", rule->identifier);
  claim.techniques = meta_list(rule, "techniques");
  claim.cves = meta_list(rule, "cves");
  claim.level = std::string(meta_text(rule, "level"));
  claim.facts = {{"rule-file", owner.path().string()}};
  if (!owner.of_campaign()) return claim;
  claim.step = parse_step(meta_text(rule, "step")).value_or(Step::context);
  claim.confidence = parse_confidence(meta_text(rule, "confidence")).value_or(Confidence::possible);
  claim.facts.clear();  // where the program keeps its own rules differs between machines
  return claim;
}

struct Match {
  std::size_t order = 0;  // among all rules
  Claim claim;
  std::string campaign;
};

struct ScanTarget {
  const CompiledYara* compiled = nullptr;
  std::string_view bytes;
  std::vector<Match> matches;
};

int take_match(YR_SCAN_CONTEXT* context, int message, void* data, void* user_data) {
  auto* target = static_cast<ScanTarget*>(user_data);
  if (message != CALLBACK_MSG_RULE_MATCHING) return CALLBACK_CONTINUE;
  const auto* rule = static_cast<const YR_RULE*>(data);
  const std::size_t owner = std::strtoul(rule->ns->name, nullptr, 10);
  if (owner >= target->compiled->sources.size()) return CALLBACK_CONTINUE;
  Claim claim = claim_of(rule, target->compiled->sources[owner]);
  const FirstMatch match = first_match(context, rule);
  if (match.found) {
    claim.offset = match.offset;
    claim.raw = std::string(surroundings(target->bytes, match.offset, match.length));
  }
  target->matches.push_back({.order = target->compiled->order(rule),
                             .claim = std::move(claim),
                             .campaign = target->compiled->sources[owner].campaign()});
  return CALLBACK_CONTINUE;
}

struct ScannerDeleter {
  void operator()(YR_SCANNER* scanner) const { yr_scanner_destroy(scanner); }
};

using Scanner = std::unique_ptr<YR_SCANNER, ScannerDeleter>;

// More candidates than this are rare, and then all rules in one scan are as good.
constexpr std::size_t kManyCandidates = 64;
// Like files have like candidates; what was compiled for them is kept for a while.
constexpr std::size_t kKeptSets = 256;

// A set takes about as long to compile as this much takes to scan with all rules: two small files.
constexpr std::uint64_t kSetPaysFrom = 64ULL << 10U;
constexpr std::uint64_t kBytesPerFile = 32ULL << 10U;  // what a file costs whatever its size

// Rules that can't match cost less than another set.
constexpr std::size_t kMostMore = 6;

struct CandidateSet {
  std::uint64_t seen = 0;  // bytes for which it would have been of use
  bool tried = false;
  std::unique_ptr<YaraSet> set;
  Scanner scanner;  // goes before the set that it points into
};

std::array<std::string, std::size(kYaraVariables)> variables_of(const YaraFile& file) {
  const std::string path = windows_case(file);
  return {std::string(file_name(path)),
          "C:" + std::string(folder_of(path)),
          to_lower_ascii(extension_of(path)),
          file_type(file.bytes),
          "",
          ""};
}

// What two scans found, as one scan would have given it.
YaraOutcome in_order(std::vector<Match> matches, std::vector<std::string> problems) {
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& a, const Match& b) { return a.order < b.order; });
  YaraOutcome outcome;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (i > 0 && matches[i].order == matches[i - 1].order) continue;  // named by a rule of the other set
    outcome.claims.push_back(std::move(matches[i].claim));
    outcome.campaigns.push_back(std::move(matches[i].campaign));
  }
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
  outcome.problems = std::move(problems);
  return outcome;
}

}  // namespace

struct YaraScanner::State {
  struct Run {
    YR_SCANNER* scanner = nullptr;
    const YaraSight* sight = nullptr;
    const YaraPrefilter* filter = nullptr;  // that chose the rules; null for all of them
  };

  std::shared_ptr<const CompiledYara> compiled;  // outlives the scanners, which point into it
  YaraScanOptions options;
  std::map<const YaraSet*, Scanner> scanners;
  std::map<std::vector<std::uint32_t>, CandidateSet> candidate_sets;
  YaraPrefilter::Scratch scratch;
  std::vector<std::uint32_t> candidates;
  std::vector<YaraWindow> windows;

  Scanner make_scanner(const YaraSet& set) const;
  YR_SCANNER* scanner_for(const YaraSet& set);
  Run everything() {
    return {.scanner = scanner_for(*compiled->all), .sight = &compiled->all->sight, .filter = nullptr};
  }
  CandidateSet& set_for(const std::vector<std::uint32_t>& rules);
  Run run_of(const YaraPrefilter& filter, const std::vector<std::uint32_t>& rules, std::size_t bytes);
  std::vector<Run> runs_for(std::string_view bytes);
  int scan(const Run& run, std::string_view bytes);
};

// Null when there is no memory left.
Scanner YaraScanner::State::make_scanner(const YaraSet& set) const {
  YR_SCANNER* made = nullptr;
  if (yr_scanner_create(set.get(), &made) != ERROR_SUCCESS) return nullptr;
  yr_scanner_set_timeout(made, options.seconds_per_file);
  // The bytes are ours and stay, so libyara needs no signal handlers; the first match of each string is
  // enough.
  yr_scanner_set_flags(made,
                       SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING);
  return Scanner(made);
}

YR_SCANNER* YaraScanner::State::scanner_for(const YaraSet& set) {
  auto& scanner = scanners[&set];
  if (!scanner) scanner = make_scanner(set);
  return scanner.get();
}

// The one of these rules, or one that was made and has few more: these can't match here, and a set takes
// longer to make than they take.
CandidateSet& YaraScanner::State::set_for(const std::vector<std::uint32_t>& rules) {
  const auto own = candidate_sets.find(rules);
  if (own != candidate_sets.end() && own->second.set) return own->second;
  for (auto& [others, made] : candidate_sets) {
    if (made.set && others.size() <= rules.size() + kMostMore &&
        std::includes(others.begin(), others.end(), rules.begin(), rules.end()))
      return made;
  }
  return candidate_sets[rules];
}

// Of these rules, and few more; null where it does not pay, or can't be had.
YaraScanner::State::Run YaraScanner::State::run_of(const YaraPrefilter& filter,
                                                   const std::vector<std::uint32_t>& rules,
                                                   std::size_t bytes) {
  CandidateSet& own = set_for(rules);
  own.seen += bytes + kBytesPerFile;
  if (!own.tried && (own.seen >= kSetPaysFrom || options.routing == YaraRouting::at_once)) {
    own.tried = true;
    own.set = compile_yara_rules(compiled->sources, filter, rules);
    if (own.set) own.scanner = make_scanner(*own.set);
  }
  return {.scanner = own.scanner.get(), .sight = own.set ? &own.set->sight : nullptr, .filter = &filter};
}

// Those that together find what all rules would find. Whatever goes wrong on the way to fewer rules ends with
// all of them.
std::vector<YaraScanner::State::Run> YaraScanner::State::runs_for(std::string_view bytes) {
  if (options.routing == YaraRouting::off) return {everything()};
  const bool at_once = options.routing == YaraRouting::at_once;
  const YaraPrefilter* filter = compiled->prefilter(bytes.size(), at_once);
  if (filter == nullptr) return {everything()};
  const std::size_t file_class = yara_class_of(bytes);
  if (!at_once && !filter->pays(file_class, bytes.size())) return {everything()};
  if (!filter->candidates(bytes, file_class, scratch, candidates)) return {everything()};
  std::vector<const YaraSet*> always;
  if (!compiled->always(*filter, file_class, always)) return {everything()};
  if (candidates.size() > kManyCandidates) return {everything()};
  if (candidate_sets.size() >= kKeptSets) candidate_sets.clear();
  std::vector<Run> runs;
  for (const YaraSet* set : always)
    runs.push_back({.scanner = scanner_for(*set), .sight = &set->sight, .filter = filter});
  const std::vector<std::uint32_t> whole = take_whole(*filter, candidates);
  if (!candidates.empty()) runs.push_back(run_of(*filter, candidates, bytes.size()));
  if (!whole.empty()) runs.push_back(run_of(*filter, whole, bytes.size()));
  const bool all_there =
      std::none_of(runs.begin(), runs.end(), [](const Run& run) { return run.scanner == nullptr; });
  return all_there ? runs : std::vector<Run>{everything()};
}

int YaraScanner::State::scan(const Run& run, std::string_view bytes) {
  run.scanner->entry_point = YR_UNDEFINED;  // libyara 4.2 keeps that of the file before
  if (run.filter != nullptr) run.filter->complete(bytes, *run.sight, scratch);
  if (!make_windows(*run.sight, scratch.hits(), bytes.size(), windows))
    return yr_scanner_scan_mem(run.scanner, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                               bytes.size());
  YaraView view(bytes, windows);
  return yr_scanner_scan_mem_blocks(run.scanner, view.walk());
}

YaraScanner::YaraScanner(std::unique_ptr<State> state) : state_(std::move(state)) {}
YaraScanner::YaraScanner(YaraScanner&&) noexcept = default;
YaraScanner& YaraScanner::operator=(YaraScanner&&) noexcept = default;
YaraScanner::~YaraScanner() = default;

Result<YaraScanner> YaraScanner::make(const YaraRules& rules, const YaraScanOptions& options) {
  auto state = std::make_unique<State>();
  state->compiled = rules.compiled_;
  state->options = options;
  if (state->compiled && state->scanner_for(*state->compiled->all) == nullptr)
    return fail("no memory left for scanning with YARA rules", {}, "scan with fewer --threads");
  return YaraScanner(std::move(state));
}

YaraOutcome YaraScanner::scan(const YaraFile& file) {
  if (!state_->compiled) return {};
  const auto values = variables_of(file);
  ScanTarget target{.compiled = state_->compiled.get(), .bytes = file.bytes, .matches = {}};
  std::vector<std::string> problems;
  for (const State::Run& run : state_->runs_for(file.bytes)) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      yr_scanner_define_string_variable(run.scanner, kYaraVariables[i], values[i].c_str());
    }
    yr_scanner_set_callback(run.scanner, take_match, &target);
    const int status = state_->scan(run, file.bytes);
    if (status == ERROR_SCAN_TIMEOUT) {
      problems.push_back(
          fmt::format("YARA rules ran out of time after {} s", state_->options.seconds_per_file));
    } else if (status != ERROR_SUCCESS) {
      problems.push_back(fmt::format("YARA rules stopped with error {} of libyara", status));
    }
  }
  return in_order(std::move(target.matches), std::move(problems));
}

}  // namespace afterpatch::detect::files

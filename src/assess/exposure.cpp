#include "assess/exposure.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "assess/coverage.h"
#include "assess/installed_updates.h"
#include "assess/patch_dates.h"

namespace afterpatch::assess {
namespace {

using knowledge::Build;
using knowledge::Campaign;
using knowledge::FixState;
using knowledge::Product;

constexpr std::array<std::string_view, 5> kLogsByTrust = {"http-proxy", "ews", "rps-http", "rps-cmdlet",
                                                          "ecp-server"};

// ExposureSpan::source of what the disk says: a moment, so it doesn't tell when an update was made.
constexpr std::string_view kProgramVersion = "file version of the set-up program";
constexpr std::string_view kFolderName = "folder named after a build";

constexpr std::string_view kSetUpNote = "registry: version of the set-up";

constexpr std::string_view kInstallerEvent = "event log: Windows Installer";
constexpr std::string_view kInstalledList = "registry: installed updates";

bool is_from_disk(const ExposureSpan& span) {
  return span.source == kProgramVersion || span.source == kFolderName || span.source == kSetUpNote;
}

// The record of an update, and not of a build that was seen running.
bool is_record(const ExposureSpan& span) {
  return span.source == kInstallerEvent || span.source == kInstalledList;
}

struct Sighting {
  std::string build;
  Timestamp first;
  Timestamp last;
  std::string log;
};

const detect::LogCoverage* coverage_of(const detect::Findings& findings, std::string_view log) {
  for (const auto& coverage : findings.coverage) {
    if (coverage.log == log) return &coverage;
  }
  return nullptr;
}

struct Reach {
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
};

// Adds what of a sighting lies before or after the time that better logs reach.
void add_outside(std::vector<Sighting>& all, const Sighting& seen, const Reach& reach) {
  if (!reach.first) {
    all.push_back(seen);
    return;
  }
  if (seen.first < *reach.first)
    all.push_back({seen.build, seen.first, std::min(seen.last, *reach.first), seen.log});
  if (seen.last > *reach.last)
    all.push_back({seen.build, std::max(seen.first, *reach.last), seen.last, seen.log});
}

// An update that was installed holds from that moment on; told only for time that no log reaches.
void add_updates(std::vector<Sighting>& all, const detect::Findings& findings, const Product& product,
                 const Reach& reach) {
  for (const InstalledUpdate& update : installed_updates(findings, product)) {
    const bool inside = reach.first && *reach.first <= update.time && update.time <= *reach.last;
    const bool from_events = update.record == UpdateRecord::event_log;
    const std::string_view source = from_events ? kInstallerEvent : kInstalledList;
    if (!inside) all.push_back({update.build, update.time, update.time, std::string(source)});
  }
}

std::vector<Sighting> sightings(const detect::Findings& findings, const Product& product) {
  std::vector<Sighting> all;
  Reach reach;
  for (const std::string_view log : kLogsByTrust) {
    const auto* coverage = coverage_of(findings, log);
    if (coverage == nullptr) continue;
    Reach wider = reach;
    for (const auto& seen : coverage->summary.builds) {
      if (seen.build.empty()) continue;
      add_outside(all, {seen.build, seen.first, seen.last, std::string(log)}, reach);
      wider.first = std::min(wider.first.value_or(seen.first), seen.first);
      wider.last = std::max(wider.last.value_or(seen.last), seen.last);
    }
    reach = wider;
  }
  add_updates(all, findings, product, reach);
  std::stable_sort(all.begin(), all.end(), [](const Sighting& a, const Sighting& b) {
    return std::tie(a.first, a.last, a.build) < std::tie(b.first, b.last, b.build);
  });
  return all;
}

// The span that a sighting continues: the newest one of its build, unless another build began since it ended.
ExposureSpan* continued(std::vector<ExposureSpan>& spans, const Sighting& seen) {
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    if (span->build == seen.build) {
      const bool newest = span == spans.rbegin();
      return newest || seen.first <= span->last + kUpdateOverlap ? &*span : nullptr;
    }
  }
  return nullptr;
}

std::vector<ExposureSpan> merge(const std::vector<Sighting>& all) {
  std::vector<ExposureSpan> spans;
  for (const Sighting& seen : all) {
    if (ExposureSpan* span = continued(spans, seen)) {
      span->last = std::max(span->last, seen.last);
      continue;
    }
    ExposureSpan span;
    span.build = seen.build;
    span.first = seen.first;
    span.last = seen.last;
    span.source = seen.log;
    spans.push_back(std::move(span));
  }
  return spans;
}

bool is_open(Exposure status) {
  return status == Exposure::unpatched || status == Exposure::unsupported;
}

// Rows that name only the cumulative update end in revision 0, or have no fourth part.
std::optional<Build> read_build(const std::string& text, bool& only_update) {
  auto build = knowledge::parse_build(text);
  if (!build) {
    build = knowledge::parse_build(text + ".0");
    only_update = build.has_value();
  }
  return build;
}

Exposure exposure_of(const std::vector<FixState>& states) {
  const auto any = [&](FixState state) {
    return std::find(states.begin(), states.end(), state) != states.end();
  };
  if (states.empty()) return Exposure::unknown;
  if (any(FixState::vulnerable)) return Exposure::unpatched;
  if (any(FixState::no_fix)) return Exposure::unsupported;
  if (any(FixState::unknown)) return Exposure::unknown;
  return any(FixState::fixed) ? Exposure::patched : Exposure::not_affected;
}

std::string name_of(const Product& product, const Build& build, bool only_update) {
  if (const auto* known = product.find(build))
    return only_update ? known->name() + " or later" : known->name();
  if (const auto* near = product.nearest(build)) return "near " + near->name();
  return {};
}

// Worst first: what an administrator must hear when two builds are named at the same time.
int severity(Exposure status) {
  switch (status) {
    case Exposure::unpatched:
      return 5;
    case Exposure::unsupported:
      return 4;
    case Exposure::build_ambiguous:
      return 3;
    case Exposure::unknown:
      return 2;
    case Exposure::patched:
      return 1;
    case Exposure::not_affected:
      return 0;
  }
  return 0;
}

void note_overlaps(ExposureHistory& history) {
  const auto& spans = history.spans;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    for (std::size_t j = i + 1; j < spans.size(); ++j) {
      const Timestamp from = std::max(spans[i].first, spans[j].first);
      const Timestamp to = std::min(spans[i].last, spans[j].last);
      if (spans[i].build == spans[j].build || to - from <= kUpdateOverlap) continue;
      history.notes.push_back(
          fmt::format("Builds {} and {} are named side by side from {} to {}: logs of several servers, or of "
                      "front end and back end; "
                      "exposure is judged by the worse",
                      spans[i].build, spans[j].build, to_minute_text(from), to_minute_text(to)));
      return;  // one such note says it
    }
  }
}

ExposureSpan span_at(const std::string& build, Timestamp time, std::string source) {
  ExposureSpan span;
  span.build = build;
  span.first = span.last = time;
  span.source = std::move(source);
  return span;
}

const detect::BuildTrace* program_version(const detect::Findings& findings) {
  for (const auto& trace : findings.build_traces)
    if (trace.source == detect::BuildSource::program_file) return &trace;
  return nullptr;
}

bool same_cumulative_update(const std::string& a, const std::string& b) {
  bool ignored = false;
  const auto left = read_build(a, ignored);
  const auto right = read_build(b, ignored);
  return left && right && left->same_branch(*right);
}

const detect::BuildTrace* set_up_note(const detect::Findings& findings) {
  for (const auto& trace : findings.build_traces)
    if (trace.source == detect::BuildSource::registry) return &trace;
  return nullptr;
}

// Only the cumulative update: worth telling where no log and no update names one of its builds.
bool add_set_up_note(ExposureHistory& history, const detect::Findings& findings, Timestamp collected) {
  const detect::BuildTrace* note = set_up_note(findings);
  if (note == nullptr) return false;
  if (!history.spans.empty() && same_cumulative_update(history.spans.back().build, note->build)) return true;
  if (!history.spans.empty()) {
    history.notes.push_back(
        fmt::format("The logs end with build {}, the set-up noted {} in the registry: a later cumulative "
                    "update was installed after the last row, or these are another server's logs",
                    history.spans.back().build, note->build));
  }
  history.spans.push_back(span_at(note->build, collected, std::string(kSetUpNote)));
  return true;
}

// Folders stay when their build is gone, so the highest is the best guess; only without anything better.
const detect::BuildTrace* highest_folder(const detect::Findings& findings) {
  const detect::BuildTrace* highest = nullptr;
  for (const auto& trace : findings.build_traces) {
    if (trace.source != detect::BuildSource::folder_name) continue;
    if (highest == nullptr || knowledge::parse_build(highest->build) < knowledge::parse_build(trace.build))
      highest = &trace;
  }
  return highest;
}

// What the disk says holds at the time of collecting: after the last row.
void add_disk(ExposureHistory& history, const detect::Findings& findings) {
  const auto collected = collected_at(findings);
  const detect::BuildTrace* program = program_version(findings);
  if (collected && program == nullptr && add_set_up_note(history, findings, *collected)) return;
  const detect::BuildTrace* folder = history.spans.empty() ? highest_folder(findings) : nullptr;
  if (!collected || (program == nullptr && folder == nullptr)) return;
  if (program == nullptr) {
    history.spans.push_back(span_at(folder->build, *collected, std::string(kFolderName)));
    history.notes.emplace_back(
        "The build is only known from a folder that is named after it: it may be a former one");
    return;
  }
  if (!history.spans.empty() && history.spans.back().build != program->build) {
    history.notes.push_back(fmt::format(
        "The logs end with build {}, the program on the disk is {}: updated after the last row, or an update "
        "that failed in part",
        history.spans.back().build, program->build));
  }
  if (history.spans.empty() || history.spans.back().build != program->build)
    history.spans.push_back(span_at(program->build, *collected, std::string(kProgramVersion)));
}

void judge_end(ExposureHistory& history) {
  if (history.spans.empty()) return;
  const auto latest = std::max_element(history.spans.begin(), history.spans.end(),
                                       [](const auto& a, const auto& b) { return a.last < b.last; });
  history.at_end = latest->status;
  for (const ExposureSpan& span : history.spans) {
    const Timestamp overlap_from = std::max(span.first, latest->first);
    const bool beside =
        span.last - overlap_from > kUpdateOverlap && latest->last - span.last < std::chrono::days(1);
    if (beside && severity(span.status) > severity(history.at_end)) history.at_end = span.status;
  }
}

// Whether this is the first build of its cumulative update in which the flaws that were known then are
// closed. Of a later one the records of those before it may be gone, so it does not tell that the server was
// open until then.
bool is_first_fix(const ExposureSpan& span, const Campaign& campaign, const Product& product) {
  const auto build = knowledge::parse_build(span.build);
  if (!build) return false;
  return std::ranges::none_of(product.builds, [&](const knowledge::BuildInfo& info) {
    return info.build.same_branch(*build) && info.build < *build &&
           status_of(to_string(info.build), campaign, product, span.last).status == Exposure::patched;
  });
}

void note_day_only(ExposureHistory& history, const detect::Findings& findings, const Product& product) {
  for (const InstalledUpdate& update : installed_updates(findings, product)) {
    if (!update.day_only || history.patched_at != update.time) continue;
    history.notes.push_back(
        fmt::format("The registry names only the day on which build {} was installed, {} in local time: its "
                    "end is taken",
                    update.build, to_date_text(update.time)));
  }
}

void judge_patching(ExposureHistory& history, const Campaign& campaign, const Product& product) {
  for (const ExposureSpan& span : history.spans) {
    if (is_open(span.status)) {
      history.last_unfixed = std::max(history.last_unfixed.value_or(span.last), span.last);
      if (history.patched_at && span.first > *history.patched_at) {
        history.notes.push_back(
            fmt::format("Build {} with open flaws is named again from {}, after a fixed build: another "
                        "server's logs, or a roll-back",
                        span.build, to_minute_text(span.first)));
      }
    } else if (span.status == Exposure::patched && is_record(span) && !history.patched_at &&
               is_first_fix(span, campaign, product)) {
      // An update that is in already can't be installed, so until now it was not.
      history.patched_at = span.first;
      history.patched_record = span.source == kInstallerEvent ? "event log" : "registry";
      history.last_unfixed = std::max(history.last_unfixed.value_or(span.first), span.first);
    } else if (span.status == Exposure::patched && history.last_unfixed && !history.patched_at &&
               !is_from_disk(span)) {
      history.patched_at = span.first;
    }
  }
}

// Nobody can be asked to have closed a flaw before it was known; the flaws with which a campaign began were
// used before their patch, so they always count.
bool was_known(const std::string& cve, Timestamp at, const PatchDates& dates) {
  return !dates.is_later(cve) || dates.of(cve) <= at;
}

}  // namespace

BuildStatus status_of(const std::string& text, const Campaign& campaign, const Product& product,
                      std::optional<Timestamp> at) {
  BuildStatus result;
  bool only_update = false;
  const auto build = read_build(text, only_update);
  if (!build) return result;
  only_update = only_update || (build->parts[3] == 0 && product.find(*build) == nullptr);
  const bool any_entry =
      std::any_of(campaign.flaws.begin(), campaign.flaws.end(), [](const auto& f) { return f.entry; });
  std::vector<FixState> deciding;
  const auto dates = at ? std::optional<PatchDates>(std::in_place, campaign, product) : std::nullopt;
  for (const auto& flaw : campaign.flaws) {
    if (at && !was_known(flaw.cve, *at, *dates)) continue;
    const FixState state = product.fix_status(*build, flaw.cve).state;
    if (state == FixState::vulnerable || state == FixState::no_fix) result.open_cves.push_back(flaw.cve);
    if (flaw.entry || !any_entry) deciding.push_back(state);
  }
  result.status = exposure_of(deciding);
  if (only_update && result.status == Exposure::unpatched) {
    result.status = Exposure::build_ambiguous;
    result.open_cves.clear();
  }
  result.name = name_of(product, *build, only_update);
  return result;
}

ExposureHistory exposure_history(const detect::Findings& findings, const Campaign& campaign,
                                 const Product& product) {
  ExposureHistory history;
  history.spans = merge(sightings(findings, product));
  add_disk(history, findings);
  for (ExposureSpan& span : history.spans) {
    BuildStatus status = status_of(span.build, campaign, product, span.last);
    span.status = status.status;
    span.open_cves = std::move(status.open_cves);
    span.build_name = std::move(status.name);
  }
  note_overlaps(history);
  judge_end(history);
  judge_patching(history, campaign, product);
  note_day_only(history, findings, product);
  return history;
}

}  // namespace afterpatch::assess

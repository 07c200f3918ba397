#include "assess/coverage.h"

#include <algorithm>

namespace afterpatch::assess {
namespace {

using detect::LogCoverage;
using knowledge::Campaign;
using knowledge::LogNeed;

std::vector<CoverageSpan> spans_of(const LogCoverage& coverage, bool sparse) {
  const auto silence = sparse ? kSparseLogSilence : kWebLogSilence;
  std::vector<CoverageSpan> spans;
  for (const auto& [hour, rows] : coverage.summary.rows_by_hour) {
    if (rows == 0) continue;
    const Timestamp start = start_of_hour(hour);
    const Timestamp end = start + std::chrono::hours(1);
    if (!spans.empty() && start - spans.back().last <= silence) {
      spans.back().last = end;
    } else {
      spans.push_back({start, end});
    }
  }
  return spans;
}

double share_of(const std::vector<CoverageSpan>& spans, const TimeRange& range) {
  if (range.last <= range.first) return 0;
  std::chrono::microseconds covered{0};
  for (const CoverageSpan& span : spans) {
    const Timestamp from = std::max(span.first, range.first);
    const Timestamp to = std::min(span.last, range.last);
    if (to > from) covered += to - from;
  }
  return static_cast<double>(covered.count()) / static_cast<double>((range.last - range.first).count());
}

std::vector<CoverageGap> gaps_of(const std::vector<CoverageSpan>& spans, const TimeRange& window,
                                 const std::string& hides) {
  std::vector<CoverageGap> gaps;
  Timestamp reached = window.first;
  for (const CoverageSpan& span : spans) {
    if (span.first > reached) gaps.push_back({reached, std::min(span.first, window.last), hides});
    reached = std::max(reached, span.last);
    if (reached >= window.last) break;
  }
  if (reached < window.last) gaps.push_back({reached, window.last, hides});
  std::erase_if(gaps, [](const CoverageGap& gap) { return gap.last <= gap.first; });
  return gaps;
}

void take_counts(CoverageLine& line, const LogCoverage& coverage) {
  line.files = coverage.files;
  line.bytes = coverage.bytes;
  line.rows = coverage.summary.counts.records;
  line.damaged_rows = coverage.summary.counts.damaged;
  line.local_time = coverage.summary.local_time;
  line.guessed_header = coverage.summary.guessed_header;
}

std::string note_on(const CoverageLine& line, const TimeRange& window, bool interrupted) {
  if (line.files == 0) {
    return interrupted ? "no file of this kind was read before the hunt was interrupted"
                       : "no file of this kind was found";
  }
  if (line.spans.empty()) return "no row with a readable time";
  if (line.spans.front().first >= window.last) return "begins only after the campaign's window";
  if (line.spans.back().last <= window.first) return "ends before the campaign's window";
  return {};
}

struct Ranges {
  TimeRange window;
  TimeRange crucial;
  bool interrupted = false;
};

CoverageLine line_of(const std::string& log, const LogCoverage* coverage, const LogNeed* need,
                     const Ranges& ranges) {
  CoverageLine line;
  line.log = log;
  line.title = need != nullptr ? need->title : log;
  line.decisive = need != nullptr && need->decisive;
  if (coverage != nullptr) {
    take_counts(line, *coverage);
    line.spans = spans_of(*coverage, need != nullptr && need->sparse);
  }
  line.gaps = gaps_of(line.spans, ranges.window, need != nullptr ? need->hides : std::string{});
  line.share_of_window = share_of(line.spans, ranges.window);
  line.share_of_crucial_days = share_of(line.spans, ranges.crucial);
  line.note = note_on(line, ranges.window, ranges.interrupted);
  return line;
}

bool is_needed(const Campaign& campaign, const std::string& log) {
  return std::find(campaign.needed_logs.begin(), campaign.needed_logs.end(), log) !=
         campaign.needed_logs.end();
}

template <typename Items>
auto find_log(const Items& items, const std::string& log) -> decltype(&*items.begin()) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.log == log; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Timestamp> collected_at(const detect::Findings& findings) {
  std::optional<Timestamp> latest = findings.newest_file;
  for (const LogCoverage& coverage : findings.coverage) {
    if (coverage.summary.last) latest = std::max(latest, coverage.summary.last);
  }
  return latest;
}

TimeRange crucial_days(const Campaign& campaign, std::optional<Timestamp> patched_at,
                       std::optional<Timestamp> collected) {
  const bool in_time = collected && *collected > campaign.mass_start;
  const Timestamp end = in_time ? std::min(*collected, campaign.window_end) : campaign.window_end;
  if (!patched_at || *patched_at >= end) return {campaign.mass_start, end};
  const Timestamp day_end = std::chrono::floor<std::chrono::days>(*patched_at) + std::chrono::days(1);
  const bool before_mass = day_end <= campaign.mass_start;
  return {before_mass ? campaign.window_start : campaign.mass_start, std::min(day_end, end)};
}

std::vector<CoverageLine> coverage_lines(const detect::Findings& findings, const Campaign& campaign,
                                         const knowledge::Product& product,
                                         std::optional<Timestamp> patched_at) {
  const Ranges ranges{{campaign.window_start, campaign.window_end},
                      crucial_days(campaign, patched_at, collected_at(findings)),
                      findings.interrupted.has_value()};
  std::vector<CoverageLine> lines;
  for (const LogNeed& need : product.logs) {
    if (!is_needed(campaign, need.log)) continue;
    lines.push_back(line_of(need.log, find_log(findings.coverage, need.log), &need, ranges));
    lines.back().needed = true;
  }
  for (const std::string& log : campaign.needed_logs) {
    if (find_log(lines, log) != nullptr) continue;
    lines.push_back(line_of(log, find_log(findings.coverage, log), nullptr, ranges));
    lines.back().needed = true;
  }
  for (const LogCoverage& coverage : findings.coverage) {
    if (find_log(lines, coverage.log) != nullptr) continue;
    lines.push_back(line_of(coverage.log, &coverage, find_log(product.logs, coverage.log), ranges));
    lines.back().decisive = false;
  }
  return lines;
}

bool is_sufficient(const std::vector<CoverageLine>& lines) {
  bool any = false;
  for (const CoverageLine& line : lines) {
    if (!line.needed || !line.decisive) continue;
    any = true;
    if (line.share_of_crucial_days < kSufficientShare) return false;
  }
  return any;
}

}  // namespace afterpatch::assess

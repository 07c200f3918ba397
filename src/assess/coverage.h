// Which hours of the campaign each needed log really covers. "No evidence" means nothing without it.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "assess/server_report.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

// An Exchange server probes itself every few minutes, so its web logs never fall silent while it runs; half a
// day allows for a night of maintenance. The ECP server log and the OAB generator's are written only when
// somebody administers or a book is generated: three days allow for a weekend.
inline constexpr std::chrono::hours kWebLogSilence{12};
inline constexpr std::chrono::hours kSparseLogSilence{72};

// Share of the crucial days that every decisive log must cover before "no evidence" may be said. The mass
// wave hit a server within hours and a run takes under a minute, so a gap of a tenth (about three days of a
// month) is the most that can be called nearly complete (docs/verdict.md).
inline constexpr double kSufficientShare = 0.9;

struct TimeRange {
  Timestamp first;
  Timestamp last;
};

// From mass exploitation to the end of the day on which this server was patched, or to the window's end. A
// server patched before the mass wave: from the window's start to that day.
// Days after the evidence was collected can't be covered by it and are not asked of it; `collected` is null
// when that is not known.
TimeRange crucial_days(const knowledge::Campaign& campaign, std::optional<Timestamp> patched_at,
                       std::optional<Timestamp> collected = std::nullopt);

// The latest time that any file or row bears: the evidence was collected then or later. A copy without the
// files' own times is as young as the copying, so this errs towards asking for more days. Null when there is
// no time at all.
std::optional<Timestamp> collected_at(const detect::Findings& findings);

// One line for each log that the campaign needs, in the product's order, then for each other log found.
std::vector<CoverageLine> coverage_lines(const detect::Findings& findings,
                                         const knowledge::Campaign& campaign,
                                         const knowledge::Product& product,
                                         std::optional<Timestamp> patched_at);

// False when the campaign names no decisive log: then nothing was asked for that could be sufficient.
bool is_sufficient(const std::vector<CoverageLine>& lines);

}  // namespace afterpatch::assess

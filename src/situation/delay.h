// Reports come late, so the newest days always look like a decline. How many events of each day are still to
// be reported is estimated from how late the known ones came.
//
// The distribution of delays from right-truncated data by its reverse-time hazard: J. F. Lawless, Adjustments
// for Reporting Delays and the Prediction of Occurred but Not Reported Events, Canadian Journal of Statistics
// 22 (1994), section 2; J. D. Kalbfleisch, J. F. Lawless, JASA 84 (1989). A day of which a share F is
// reported by now, n events, has n / F; given n, the unreported ones are negative binomial with variance n (1
// - F) / F^2.
//
// Limits: delays must come by the same distribution throughout (a new source breaks it); what takes longer
// than anything seen so far, or is never reported, is not in it; the band does not hold the error of F itself
// where few reports are known, so days with less than a tenth reported get no estimate.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace afterpatch::situation {

struct ReportedEvent {
  std::int64_t day = 0;       // on which it happened, from 1970-01-01 UTC
  std::int64_t reported = 0;  // day on which it became known; one before `day` counts as the same day
};

struct NowcastDay {
  std::int64_t day = 0;
  std::uint64_t reported = 0;      // by now
  double complete = 1;             // share of its events that are reported by now, as estimated
  std::optional<double> expected;  // absent: too little is known yet
  double low = 0, high = 0;        // 95 % band of `expected`
};

// Shares of delays of at most 0, 1, 2... days; the last one is 1. `today`: last day on which reports count;
// later ones are left out. Empty without events.
std::vector<double> delay_distribution(const std::vector<ReportedEvent>& events, std::int64_t today);

// One row a day from the first event to `today`. Empty without events.
std::vector<NowcastDay> nowcast(const std::vector<ReportedEvent>& events, std::int64_t today);

inline constexpr double kLeastComplete = 0.1;

}  // namespace afterpatch::situation

// Clocks. Logs of one case may come from machines whose clocks differ (front end, back end, balancer), or
// hold local times. What two logs wrote down of the same thing tells by how much: request ids (IIS cafeReqId
// = HttpProxy RequestId), activity ids (ECP ACTID = IIS ActID), the canary of an admin centre's call (in
// ECP's URL and in the forged target), and, more weakly, single requests and cmdlets that look alike.
//
// Example:
//   const Clocks clocks(findings);
//   for (const ClockDifference& d : clocks.differences()) ...
//   const Timestamp time = clocks.corrected("iis-w3c", row_time);
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "assess/server_report.h"
#include "detect/findings.h"

namespace afterpatch::assess {

// Below this two logs agree: IIS writes whole seconds, and each log writes another end of the same request.
inline constexpr std::chrono::seconds kSameClock{5};
// Pairs that agree lie in a window of this width.
inline constexpr std::chrono::seconds kClockAgreement{6};
// At least this share of all things that both logs wrote down must agree on one difference.
inline constexpr double kClockShare = 0.6;
// So many must agree where an id proves that it is the same thing ...
inline constexpr std::size_t kClockPairsById = 2;
// ... and so many where it merely looks the same; these must lie in two stretches of time, so that a lost
// part of a log beside a lost part of another can't look like a difference.
inline constexpr std::size_t kClockPairsByLikeness = 3;
inline constexpr std::chrono::minutes kClockStretches{10};

// Immutable once made, so safe to share.
class Clocks {
 public:
  Clocks() = default;
  // Times of the log that decides most (HttpProxy, then IIS, EWS, ECP, event logs) are believed; nobody can
  // tell from the logs which of two clocks is right.
  explicit Clocks(const detect::Findings& findings);

  // Ordered as the logs above. Only differences of more than kSameClock.
  const std::vector<ClockDifference>& differences() const { return differences_; }
  // The time by the clock that is believed; unchanged for logs without a known difference.
  Timestamp corrected(std::string_view log, Timestamp time) const;
  bool corrects(std::string_view log) const;

 private:
  static std::string_view clock_of(std::string_view log);

  std::vector<ClockDifference> differences_;
};

// "7 minutes 17 seconds", "1 hour", "42 seconds"; without a sign.
std::string span_words(std::chrono::seconds span);

}  // namespace afterpatch::assess

// When a campaign's flaws could be closed. A wave has one date, that of its patch; a campaign that gathers
// flaws which came out one after the other (exchange-other: 2020 to 2021) has one for each. "655 days after
// the patch came out" said of a flaw that was patched last week would blame the wrong people.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

// A patch day's updates are dated within some days in the tables (time zones, re-releases).
inline constexpr std::chrono::days kOnePatchDay{7};

// Copies what it needs. Immutable, so safe to share between threads.
class PatchDates {
 public:
  PatchDates(const knowledge::Campaign& campaign, const knowledge::Product& product);

  // When the first fix of a flaw of the campaign came out: that of the campaign, unless the product's tables
  // of builds and fixes put it later than kOnePatchDay after that.
  Timestamp of(const std::string& cve) const;
  // The earliest of the entry flaws among `cves`, those that were used; the campaign's if none is named.
  Timestamp of_used(const std::vector<std::string>& cves) const;
  // Whether it came out after the campaign's own patch.
  bool is_later(const std::string& cve) const { return later_.contains(cve); }

 private:
  Timestamp campaign_;
  std::vector<std::string> entries_;
  std::map<std::string, Timestamp> later_;
};

}  // namespace afterpatch::assess

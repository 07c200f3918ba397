// Which build the server ran when, read from the rows of its own logs, and whether the campaign's flaws were
// open in it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "assess/server_report.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

// While an update runs, the front end's protocols change build one after the other. Two builds named side by
// side for longer than this are two servers, or a front end and a back end, and not an update.
inline constexpr std::chrono::hours kUpdateOverlap{2};

struct ExposureHistory {
  std::vector<ExposureSpan> spans;        // ordered by first; spans of different builds may overlap
  Exposure at_end = Exposure::unknown;    // of the latest span; the worst when several overlap there
  std::optional<Timestamp> patched_at;    // first row with a fixed build after one with an unfixed build
  std::optional<Timestamp> last_unfixed;  // last row with an unfixed build
  std::string
      patched_record;  // "event log", "registry": whose record of the update told patched_at; else empty
  std::vector<std::string> notes;  // builds side by side, a build that came back
};

// Logs are believed in this order: http-proxy, ews, rps-http, ecp-server, then the updates that the
// Application log and the registry record (installed_updates.h); a later one only speaks for the time that
// the earlier ones do not reach. The file version of the product's program on the disk holds at the time of
// collecting, else what the set-up noted in the registry; folders named after builds are asked only where
// nothing else tells.
ExposureHistory exposure_history(const detect::Findings& findings, const knowledge::Campaign& campaign,
                                 const knowledge::Product& product);

// One build against the campaign's flaws. Entry flaws decide: if one is open, the server is unpatched. With
// `at`, flaws whose first fix came out after that time and after the campaign's own patch do not count yet.
struct BuildStatus {
  Exposure status = Exposure::unknown;
  std::vector<std::string> open_cves;
  std::string name;
};
BuildStatus status_of(const std::string& build, const knowledge::Campaign& campaign,
                      const knowledge::Product& product, std::optional<Timestamp> at = std::nullopt);

}  // namespace afterpatch::assess

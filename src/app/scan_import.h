// `afterpatch scan import`: takes scan results into a store.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "app/usual_campaign.h"

namespace afterpatch::app {

struct ScanImport {
  std::vector<std::string> files;  // or "-"
  std::string store;
  std::string source;     // empty: "scan" for JSON lines, "shadowserver" for their CSV
  double every_days = 1;  // distance of two passes of this source
  std::string campaign = kUsualCampaign;
  std::optional<std::filesystem::path> knowledge;
};

// Returns the exit status.
int run_scan_import(const ScanImport& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

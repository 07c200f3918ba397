// The main job from end to end: sources in, report out. What `afterpatch hunt` does, without the terminal;
// tests call it too.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "assess/server_report.h"
#include "base/error.h"
#include "base/progress.h"
#include "report/fleet.h"

namespace afterpatch::app {

struct HuntOptions {
  std::vector<std::string> sources;    // folders, files, or "-"
  std::vector<std::string> campaigns;  // ids; empty = all that are known
  std::optional<std::filesystem::path> knowledge;
  std::string country;  // whose duties to tell the guide names: ISO 3166-1 alpha-2, or "eu"; empty = none
  std::vector<std::filesystem::path> sigma;
  std::filesystem::path placeholders;  // values for Sigma's `expand`; empty = none
  std::vector<std::filesystem::path> yara;
  std::vector<std::filesystem::path> indicators;
  std::vector<std::filesystem::path> baselines;
  unsigned threads = 0;  // 0 = one a core
};

// When progress.cancelled is set, the passes end early and the report is made of what was read;
// HuntReport::interrupted then says how far they came. Before the first byte of evidence was read, that is an
// error instead.
// Fails when a source, a campaign or a rule path can't be opened. Bad records and files never fail a hunt.
Result<assess::HuntReport> hunt(const HuntOptions& options, Progress& progress);

// Each source is a server of its own: hunted one after the other, with marks that several share. What a
// source that can't be opened would have told is missing, so that fails the whole.
Result<report::Fleet> hunt_fleet(const HuntOptions& options, Progress& progress);

// Names of Progress::stage.
std::vector<std::string> hunt_stages();

}  // namespace afterpatch::app

// `afterpatch hunt SOURCE...`
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/hunt.h"

namespace afterpatch::app {

enum class HuntFormat { text, json, jsonl, csv };

struct HuntCommand {
  HuntOptions hunt;
  std::filesystem::path report;  // folder for report.html, report.json, detections.csv; empty = none
  HuntFormat format = HuntFormat::text;
  std::optional<assess::Compromise> fail_on;  // exit status 1 from this level on
  bool no_progress = false;
};

// Results go to `out`, talk to `err`. Returns an exit status.
int run_hunt(const HuntCommand& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

// `afterpatch hunt SOURCE...`
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/hunt.h"
#include "report/sharing/shared_findings.h"

namespace afterpatch::app {

enum class HuntFormat { text, json, jsonl, csv, timeline, timesketch, timesketch_csv, stix, misp, attack };

struct HuntCommand {
  HuntOptions hunt;
  std::filesystem::path report;  // folder for report.html and the files beside it; empty = none
  HuntFormat format = HuntFormat::text;
  report::Share share = report::Share::without_victims;  // whether STIX and MISP may name victims
  std::optional<assess::Compromise> fail_on;             // exit status 1 from this level on
  bool no_progress = false;
  bool fleet_report = false;  // each source is a server of its own; they are told side by side
};

// Results go to `out`, talk to `err`. Returns an exit status.
int run_hunt(const HuntCommand& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

// `afterpatch scan report`: what a store says about a country's servers.
#pragma once

#include <iosfwd>
#include <string>

#include "store/trend.h"

namespace afterpatch::app {

struct ScanReport {
  enum class Format { text, json, csv };

  std::string store;
  std::string source;  // empty: all
  Format format = Format::text;
};

// Returns the exit status.
int run_scan_report(const ScanReport& command, std::ostream& out, std::ostream& err);

// At most two screens of 80 columns. REQUIRES: at least one day.
std::string scan_report_text(const store::Picture& picture);

// One object; its members: docs/scan-report.md.
std::string scan_report_json(const store::Picture& picture);

// One row a day, safe to open in a spreadsheet.
std::string scan_report_csv(const store::Picture& picture);

}  // namespace afterpatch::app

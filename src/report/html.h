// The report as one page that needs nothing else: no network, no other file, and no script to be read in
// full.
#pragma once

#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

// How many detections of one group the page shows; the rest is counted and lies in report.json.
inline constexpr std::size_t kShownPerGroup = 200;

// A whole HTML document (UTF-8). A Content-Security-Policy in it allows only its own style and script, by
// hash: even if something hostile came through unescaped, a browser would neither run nor load it. Everything
// from evidence is escaped. The same report gives the same bytes. Thread-safe.
std::string html_page(const assess::HuntReport& hunt);

}  // namespace afterpatch::report

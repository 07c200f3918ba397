// The answer on one screen of a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "assess/server_report.h"

namespace afterpatch::report {

struct TerminalOptions {
  bool colour = false;           // ANSI colours; the caller knows whether this is a terminal (and NO_COLOR)
  std::size_t width = 100;       // columns; taken as at least 60 and at most 160
  std::string report_path = {};  // where the full report lies; empty if none was written
};

inline constexpr std::size_t kTerminalLines = 40;

// Verdict (both axes), coverage, the six answers with the place of the first evidence of each, the three
// things to do now, and what could not be read: at most kTerminalLines lines, each ending in '\n'. Everything
// that comes from evidence is escaped. Of several servers the one hit worst is shown, and the others are
// counted. Thread-safe.
std::string terminal_text(const assess::HuntReport& hunt, const TerminalOptions& options);

}  // namespace afterpatch::report

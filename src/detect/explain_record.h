// Asks one rule of one row of a log, and says what came of each part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "detect/sigma/explanation.h"
#include "evidence/artefact.h"

namespace afterpatch::detect {

struct RecordExplanation {
  std::string log;            // "iis-w3c", "http-proxy", ...
  std::uint64_t line = 0;     // where the row begins, 1-based
  std::string raw;            // the row
  bool for_this_log = false;  // the rule's log source is true of the log; if not, a hunt never asks the rule
  sigma::Explanation why;
};

// `line`: any line of the row; without it the first row. Fails when the artefact can't be read, is no log
// that is read row by row, or has no row there.
Result<RecordExplanation> explain_record(const sigma::Rule& rule, const evidence::Artefact& artefact,
                                         std::optional<std::uint64_t> line);

}  // namespace afterpatch::detect

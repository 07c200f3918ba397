// What pages show of a hunt's report.json (docs/report.schema.json): verdict, steps, evidence, coverage, and
// the statement that it becomes in the store. The report is made from hostile evidence by a child process:
// whatever in it is not as expected is left out.
#pragma once

#include <boost/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace afterpatch::web {

inline constexpr std::uint64_t kMaxReportBytes = 256ULL << 20U;
inline constexpr std::size_t kMostEvidence = 200;
inline constexpr std::size_t kMostEvidenceBytes = 128U << 10U;  // half of what a statement may have

// Members as components/schemas of docs/openapi.yaml name them.
struct ReportExcerpt {
  std::vector<std::string> names;  // of the server, as its evidence tells them
  boost::json::object verdict;     // Verdict, of the worst of its servers
  boost::json::array steps;        // GuideStep without `done`
  boost::json::array evidence;     // the first kMostEvidence
  std::uint64_t evidence_total = 0;
  boost::json::array coverage;
  boost::json::object hunted;  // content of a statement `hunted` (docs/store.md)
  boost::json::object kept;    // content of a statement `hunt-evidence`
};

// Content of a statement `hunt-evidence` (docs/store.md): the first detections and the coverage of one server
// of a report (`servers[]` of docs/report.schema.json), cut so that it fits into a statement. `digest`:
// SHA-256 of the report.
boost::json::object evidence_content(const boost::json::object& report, const boost::json::object& server,
                                     const std::string& digest);

// Fails on a file that is not there, too large, or no report.
Result<ReportExcerpt> read_report(const std::filesystem::path& report_json);

}  // namespace afterpatch::web

// The report as files in a folder.
#pragma once

#include <filesystem>
#include <string>

#include "assess/server_report.h"
#include "base/error.h"
#include "report/sharing/shared_findings.h"

namespace afterpatch::report {

// Makes the folder if needed and asks whether files may be made in it. Called before long work, so that a
// wrong --report is told at once.
Result<void> make_report_folder(const std::filesystem::path& dir);

// Where write_report() puts the page of another campaign of the same hunt: "report-<id>.html".
std::string page_file_of(const assess::HuntReport& other);

// Writes the files that docs/outputs.md lists into `dir`, which is made if needed, and a page and JSON file
// for each other campaign (page_file_of); files of those names from an earlier run are replaced or removed,
// nothing else is touched. Each file is whole or absent (base/file.h); report.html of an earlier run goes
// first and the new one comes last, so whoever sees it has the rest. `share` says whether those meant for
// sharing may name victims; the others always do. Fails when the folder can't be made or the disk is full.
Result<void> write_report(const assess::HuntReport& hunt, const std::filesystem::path& dir,
                          Share share = Share::without_victims);

}  // namespace afterpatch::report

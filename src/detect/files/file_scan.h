// One pass of every rule over one file. Holds all that was compiled from the campaign, the product and the
// user's files.
//
// A mounted disk holds hundreds of thousands of files, so bytes are read only where a rule can use them.
// "Whole" is up to FileScanOptions::max_file_bytes; component stores are winsxs, assembly and the like.
// - Every artefact: nothing is read; names and paths are compared with indicators.
// - Web folders, scripts by extension, web content outside \Windows and \Program Files: whole, for digest,
//   known-good comparison (of the product, and the user's baselines), content rules
//   and YARA.
// - Settings of IIS and scheduled tasks, wherever they lie but in component stores: 4 MiB and 1 MiB.
// - Exports of the registry, and XML outside \Windows of at most 64 KiB, which may describe services: 16 MiB.
// - ".compiled" in Temporary ASP.NET Files: 64 KiB; "App_Web_*.dll" there: 8 MiB.
// - Memory dumps, registry hives, archives, mail stores: their head, outside component stores.
// - Staging places (temp, Users\Public, the root of ProgramData, ...): whole, for digest and YARA.
// - Executables, where digests are listed: whole, outside component stores.
// - Everything else outside \Windows and \Program Files, where the user gave YARA rules: whole (with
//   scan_system_places in these as well).
// - Logs (IIS, Exchange, event logs) outside web folders: nothing; the log passes read them.
//
// A longer file is looked at in its first part only; a problem says so, and it has no digest. Hidden and
// system attributes of NTFS can't be seen here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "detect/detection.h"
#include "detect/files/indicators.h"
#include "detect/findings.h"
#include "evidence/artefact.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

struct FileScanOptions {
  std::shared_ptr<const knowledge::Product> product;  // REQUIRED
  // Whose rules and indicators are used, beside the product's own rules.
  std::vector<std::shared_ptr<const knowledge::Campaign>> campaigns;
  std::vector<std::filesystem::path> yara;        // the user's rule files and folders
  std::vector<std::filesystem::path> indicators;  // the user's CSV, STIX and MISP files
  std::vector<std::filesystem::path> baselines;   // the user's, files/baseline.h
  unsigned threads = 1;
  std::uint64_t max_file_bytes = 64ULL << 20U;  // memory: at most this much for each thread
  int yara_seconds_per_file = 30;
  bool scan_system_places = false;  // user's YARA also in \Windows and \Program Files
  bool stix_objects = false;
};

struct FileOutcome {
  std::vector<Detection> detections;  // by offset, then rule id
  std::optional<WebFile> web_file;    // a file of a web folder that is not known good
  bool known_good = false;
  std::vector<evidence::Problem> problems;
  std::uint64_t bytes = 0;  // read from disk
};

class FileScan {
 public:
  // Rules and indicators that can't be used go to report.refused; YARA rules count in report.loaded
  // (indicators do not: see indicators()).
  static Result<FileScan> make(const FileScanOptions& options, RuleReport& report);
  FileScan(FileScan&&) noexcept;
  FileScan& operator=(FileScan&&) noexcept;
  ~FileScan();

  // Safe at the same time for different values of `thread`, which must be below FileScanOptions::threads.
  FileOutcome scan(const evidence::Artefact& artefact, unsigned thread);

  // For the log passes. Lives as long as this object.
  const IndicatorSet& indicators() const;

 private:
  struct State;
  explicit FileScan(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace afterpatch::detect::files

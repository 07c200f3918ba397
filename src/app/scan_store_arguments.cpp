#include "app/scan_store_arguments.h"

#include <map>
#include <memory>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

#include "app/scan_import.h"
#include "app/scan_report.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

constexpr const char* kImportExamples =
    "Examples:\n"
    "  afterpatch scan import today.jsonl --store country.db\n"
    "  afterpatch scan import 2021-05-14-scan_exchange-*.csv --store country.db     Shadowserver's reports\n"
    "  zcat week.jsonl.gz | afterpatch scan import - --store country.db --source partner --every 7\n"
    "\n"
    "The same file twice changes nothing. A run that was stopped is simply started again. docs/store.md\n"
    "\n"
    "Exit status: 0 done, also if single lines could not be read; 2 a file or the store can't be opened.\n";

constexpr const char* kReportExamples =
    "Examples:\n"
    "  afterpatch scan report --store country.db\n"
    "  afterpatch scan report --store country.db --format csv > trend.csv\n"
    "  afterpatch scan report --store country.db --source scan --format json | jq .half_life\n"
    "\n"
    "A server that is gone is never counted as patched. How every figure is made: docs/scan-report.md\n";

void add_import(CLI::App& scan, Job& job) {
  auto command = std::make_shared<ScanImport>();
  auto knowledge = std::make_shared<std::string>();
  CLI::App* import =
      scan.add_subcommand("import", "Take results of scans, ours or Shadowserver's, into a store");
  import->footer(kImportExamples);
  import->add_option("FILE", command->files, "JSON lines of a scan, Shadowserver scan_exchange CSV, or -")
      ->required();
  import->add_option("--store", command->store, "SQLite file; made if it is not there")->required();
  import->add_option("--source", command->source, "Who saw it (default: scan, or shadowserver)");
  import
      ->add_option("--every", command->every_days,
                   "Days between two scans of this source; twice that is a gap")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 366.0));
  import->add_option("--campaign", command->campaign, "Whose flaws to judge versions by (CSV)")
      ->capture_default_str();
  import->add_option("--knowledge", *knowledge,
                     "Folder with products/ and campaigns/ instead of the built-in one");
  import->callback([command, knowledge, &job] {
    if (!knowledge->empty()) command->knowledge = *knowledge;
    job = [command](std::ostream& out, std::ostream& err) { return run_scan_import(*command, out, err); };
  });
}

void add_report(CLI::App& scan, Job& job) {
  auto command = std::make_shared<ScanReport>();
  const std::map<std::string, ScanReport::Format> formats = {{"text", ScanReport::Format::text},
                                                             {"json", ScanReport::Format::json},
                                                             {"csv", ScanReport::Format::csv}};
  CLI::App* report =
      scan.add_subcommand("report", "Counts, trend and half-life of the unpatched, from a store");
  report->footer(kReportExamples);
  report->add_option("--store", command->store, "Store to read")->required();
  report->add_option("--source", command->source, "Only what this source saw");
  report->add_option("--format", command->format, "text, json, or csv (one row a day)")
      ->transform(CLI::CheckedTransformer(formats).description("{text,json,csv}"));
  report->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_scan_report(*command, out, err); };
  });
}

}  // namespace

void add_scan_store(CLI::App& scan, Job& job) {
  add_import(scan, job);
  add_report(scan, job);
}

}  // namespace afterpatch::app

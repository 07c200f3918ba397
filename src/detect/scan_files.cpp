// Files: each is looked at whole, by any thread; what FileScan does not want to see costs nothing.
#include <utility>

#include "base/ordered_pool.h"
#include "detect/evidence_pass.h"

namespace afterpatch::detect {
namespace {

using evidence::Artefact;

struct FileResult {
  const Artefact* artefact = nullptr;
  files::FileOutcome outcome;
};

void merge_outcome(FileResult&& result, FindingsBuilder& builder, Findings& findings, Progress& progress) {
  for (Detection& detection : result.outcome.detections) builder.add_detection(std::move(detection));
  for (evidence::Problem& problem : result.outcome.problems) builder.add_problem(std::move(problem));
  if (result.outcome.web_file) findings.web_files.push_back(std::move(*result.outcome.web_file));
  findings.known_good_files += result.outcome.known_good ? 1 : 0;
  findings.bytes += result.outcome.bytes;
  progress.done_bytes += result.artefact->size;
}

}  // namespace

void scan_files(const evidence::Inventory& inventory, files::FileScan& scan, unsigned threads,
                FindingsBuilder& builder, Findings& findings, Progress& progress) {
  OrderedPool<const Artefact*, FileResult> pool(
      threads,
      [&](const Artefact*&& artefact, unsigned thread) {
        return FileResult{artefact, scan.scan(*artefact, thread)};
      },
      [&](FileResult&& result) { merge_outcome(std::move(result), builder, findings, progress); }, 64);
  progress.total_bytes = inventory.total_bytes;
  progress.done_bytes = 0;
  for (const Artefact& artefact : inventory.artefacts) {
    if (progress.cancelled) break;
    pool.give(&artefact);
  }
  pool.finish();
}

}  // namespace afterpatch::detect

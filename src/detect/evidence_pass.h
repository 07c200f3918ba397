// Goes over the evidence once: reads logs block by block, hands blocks and files to the threads, and puts the
// results together in the order of the evidence.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/progress.h"
#include "detect/block_search.h"
#include "detect/files/file_scan.h"
#include "detect/findings_builder.h"
#include "evidence/artefact.h"

namespace afterpatch::detect {

using LogPlans = std::map<std::string, LogPlan, std::less<>>;  // log name -> plan

// Reads every log for which there is a plan; text that mixes logs row by row. Adds to `builder` in order.
void search_logs(const evidence::Inventory& inventory, const LogPlans& plans,
                 const BlockSearch::Options& options, unsigned threads, FindingsBuilder& builder,
                 Progress& progress);

// Looks at every file that `scan` wants to see. Adds to `builder` and `findings` in order.
void scan_files(const evidence::Inventory& inventory, files::FileScan& scan, unsigned threads,
                FindingsBuilder& builder, Findings& findings, Progress& progress);

}  // namespace afterpatch::detect

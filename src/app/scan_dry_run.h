// `scan --dry-run`: what would be sent, to how many, how long that takes. Sends nothing.
#pragma once

#include <string>

#include "exposure/scanner.h"
#include "exposure/visitor.h"

namespace afterpatch::app {

std::string dry_run_text(const exposure::TargetSet& targets, const exposure::TargetOrder& order,
                         const exposure::Shard& shard, const knowledge::ProbePlan& plan,
                         const exposure::ScanSettings& settings);

}  // namespace afterpatch::app

// Several servers side by side: what each was found to be, and which were hit in the same way.
#pragma once

#include <string>
#include <vector>

#include "assess/clusters.h"
#include "assess/server_report.h"

namespace afterpatch::report {

struct Fleet {
  std::vector<assess::HuntReport> hunts;  // one a source, in the order given
  assess::Clustering clustering;          // of hunts, by index
};

// For a terminal: one line a server, worst verdict first, then the clusters with the marks that carry them.
std::string fleet_text(const Fleet& fleet);

// The same for programs: {"schema_version", "servers": [...], "clusters": [...], "unclustered": [...]}; the
// servers in the order given, named in clusters by index.
std::string fleet_json(const Fleet& fleet);

}  // namespace afterpatch::report

// `afterpatch constituency import`: takes lists of organisations into a store.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace afterpatch::app {

struct ConstituencyImport {
  std::vector<std::string> files;  // CSV or JSON, told by the first character; or "-"
  std::string store;
  std::string source = "constituency";
  bool dry_run = false;  // only say what would be taken
};

// Returns the exit status.
int run_constituency_import(const ConstituencyImport& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

// `afterpatch constituency gaps`: whom nobody could be told about, worst first.
#pragma once

#include <iosfwd>
#include <string>

namespace afterpatch::app {

struct ConstituencyGaps {
  std::string store;
  std::uint64_t most = 20;  // rows of each list in text; JSON has all
  bool json = false;
};

// Returns the exit status.
int run_constituency_gaps(const ConstituencyGaps& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

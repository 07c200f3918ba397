// `afterpatch constituency lookup`: who is it, why, and whom there to tell in which order.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/constituency_registry.h"

namespace afterpatch::app {

struct ConstituencyLookup {
  std::string store;
  std::string what;  // address, host name, or an organisation's id or name
  std::vector<std::string> databases;
  RegistryOptions registry;  // visit: fetch security.txt from the organisation's first domains
  bool json = false;
};

// Returns the exit status; kCannotRun also if nothing is known of `what`.
int run_constituency_lookup(const ConstituencyLookup& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

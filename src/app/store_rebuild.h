// `afterpatch store rebuild`: makes every derived table again from spans and statements.
#pragma once

#include <iosfwd>
#include <string>

#include "app/store_format.h"

namespace afterpatch::app {

struct StoreRebuild {
  std::string store;
  StoreFormat format = StoreFormat::text;
};

// Returns the exit status. If a step fails, nothing is changed.
int run_store_rebuild(const StoreRebuild& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

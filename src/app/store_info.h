// `afterpatch store info`: what a store holds.
#pragma once

#include <iosfwd>
#include <string>

#include "app/store_format.h"

namespace afterpatch::app {

struct StoreInfo {
  std::string store;
  StoreFormat format = StoreFormat::text;
};

// Returns the exit status.
int run_store_info(const StoreInfo& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app

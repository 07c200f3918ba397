// Opens a store that a command only reads from. A SQLite file that is not there would be made by opening it;
// here it is an error that says how to fill one. `place`: a file or postgresql://...
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "store/store.h"

namespace afterpatch::app {

Result<std::unique_ptr<store::Store>> open_filled_store(const std::string& place);

}  // namespace afterpatch::app

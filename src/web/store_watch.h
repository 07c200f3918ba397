// Looks once a second whether the store has changed, by this process or another; then what is cached is
// forgotten and consoles are told.
#pragma once

#include <memory>

#include "base/error.h"
#include "web/shared.h"

namespace afterpatch::web {

class StoreWatch {
 public:
  // Opens a store of its own. `shared` must outlive it.
  static Result<std::unique_ptr<StoreWatch>> start(Shared& shared);
  virtual ~StoreWatch() = default;  // stops
};

}  // namespace afterpatch::web

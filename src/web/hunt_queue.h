// Hunts what victims have sent, one after the other, in the background and in a sandbox; tells the store
// what was found. Whatever was begun when the server died is begun again.
#pragma once

#include <memory>

#include "base/error.h"
#include "web/shared.h"

namespace afterpatch::web {

class HuntQueue {
 public:
  // Takes the folder for uploads, opens a store of its own and begins. `shared` must outlive it.
  static Result<std::unique_ptr<HuntQueue>> start(Shared& shared);
  virtual ~HuntQueue() = default;  // stops a hunt that is under way; it is begun again next time

  virtual void wake() = 0;  // there may be work
};

}  // namespace afterpatch::web

// Tells cases what scans saw and hunts found of their servers.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "base/time.h"
#include "store/store.h"

namespace afterpatch::notify {

struct Followed {
  std::uint64_t patched = 0;  // servers newly seen patched
  std::uint64_t gone = 0;     // no longer seen; never patched by that
  std::uint64_t cases = 0;    // looked at
};

// Reads Servers (refresh() it before): "patch-seen" and "gone-seen" for servers of cases, each said once; and
// the rows of cases again whose servers were hunted. Twice is once.
Result<Followed> follow(store::Store& store, Timestamp now);

}  // namespace afterpatch::notify

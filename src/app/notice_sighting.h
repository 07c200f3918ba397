// How a server that a notice is about came to be known, from the store: by a hunt in its own logs, by what
// another body reported, or by our own scan. A notice must not name a source that it does not have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "notify/message/facts.h"
#include "store/store.h"

namespace afterpatch::app {

struct Sighting {
  std::string method = "scan";  // notify::ServerFacts::method
  std::optional<Timestamp> seen;
  std::vector<notify::Finding>
      findings;  // back doors, each place once; ten at most, the victim's page has all
};

// `reason` is notify::reason_of the server, `seen` when a scan last saw it: both as kept with the notice. A
// break-in is known by the newest hunt that found one, else by the newest sight of its door from outside.
Result<Sighting> sighting_of(store::Store& store, const notify::ServerFacts& server,
                             const std::string& reason);

}  // namespace afterpatch::app

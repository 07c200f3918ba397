// What hunts, and sights of doors from outside, say of each server by a given moment: read from the
// statements of the store, since when something was said is in no other table.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "situation/clusters.h"
#include "store/store.h"

namespace afterpatch::situation {

struct HuntedServer {
  store::Compromise compromise = store::Compromise::not_hunted;  // the worst that was said
  std::string confidence;                                        // of it: the surest
  bool hunted = false;                                           // by a hunt, not only seen from outside
  std::optional<Timestamp> exploited, backdoored, reentered;     // the earliest that was said
  std::optional<Timestamp> known;  // when `exploited` or worse was first received
  bool door_present = false;       // as of the last that was said
  std::vector<Mark> marks;
};

// The marks in the content of a statement `hunted` or `door-seen`, at most 2,000; what is none is left out.
std::vector<Mark> marks_in(const boost::json::object& content);

struct HuntBook {
  std::map<std::string, HuntedServer> servers;  // by subject: "192.0.2.1:443"
  std::optional<Timestamp> last_received;
};

// Statements `hunted` and `door-seen` of a campaign (empty: any) that were received by `as_of` (absent: all).
// Statements whose content can't be read are left out. Memory: some hundred bytes a server that was hunted.
Result<HuntBook> read_hunt_book(store::Store& store, const std::string& campaign,
                                const std::optional<Timestamp>& as_of);

}  // namespace afterpatch::situation

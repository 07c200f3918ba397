// The room's door: from a store to the picture in numbers.
//
// Example:
//   auto store = store::Store::open("country.db");
//   auto picture = situation::take_situation(**store, {});
//   std::cout << situation::picture_json(*picture);
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "situation/picture.h"
#include "store/store.h"

namespace afterpatch::situation {

struct SituationOptions {
  std::string campaign = {};  // empty: hunts of all campaigns
  std::string country = {};   // empty: all
  // Only what was known by then: hunts by when they were received, sightings and cases by when they happened.
  // Where servers stood is told by `first_open` and `patched`, since the store keeps where each stands now.
  // Absent: all; the picture is then as of the last day with a scan or the last hunt received.
  std::optional<Timestamp> as_of = {};
};

// Reads the tables of servers, cases and statements; refresh() must have been called. Writes nothing. The
// same store gives the same picture. Memory: some hundred bytes an organisation and a hunted server.
Result<Picture> take_situation(store::Store& store, const SituationOptions& options);

// Finds the clusters of all hunted servers and keeps each server's own in the store, so that lists can be
// filtered by it. To be called after hunts were imported, and by `store rebuild`. Returns how many clusters.
Result<std::size_t> save_clusters(store::Store& store);

}  // namespace afterpatch::situation

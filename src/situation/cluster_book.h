// The activity clusters of a store with all that ties their servers together: what a page about them shows.
#pragma once

#include <string>
#include <vector>

#include "situation/hunt_book.h"
#include "situation/picture.h"

namespace afterpatch::situation {

struct ClusterBook {
  HuntBook hunts;                        // whose servers are clustered, with their marks
  Clustering clustering;                 // largest first
  std::vector<ClusterSummary> clusters;  // one each, in the same order
  std::vector<ClusterPair> pairs;
  std::string second_group;  // what they allow to say of a second group; empty with fewer than two clusters
};

// As take_situation() finds them of all campaigns and countries, without reading servers that nobody hunted.
Result<ClusterBook> read_cluster_book(store::Store& store);

// Of `marks`, the places of those that the server carries, ascending: two servers with a place in common are
// together for that mark.
std::vector<std::size_t> marks_carried(const HuntedServer& server, const std::vector<ClusterMark>& marks);

}  // namespace afterpatch::situation

// Activity clusters as the picture shows them, and which of them meet more often than chance.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "situation/hunt_book.h"
#include "situation/picture.h"

namespace afterpatch::situation {

inline constexpr std::size_t kComparedClusters = 12;  // the largest; pairs of them are tested

// Marks that published tools leave and everybody may have.
const std::vector<Mark>& known_public_marks();

using HuntedServers = std::vector<std::pair<std::string, const HuntedServer*>>;  // by subject

// Clusters with the names that `previous` gave them where they are the same (clusters.h).
Clustering cluster(const HuntedServers& servers, const std::vector<store::ClusterMember>& previous);

void describe_clusters(const Clustering& clustering, const HuntedServers& servers, Picture& out);

}  // namespace afterpatch::situation

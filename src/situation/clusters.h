// Activity clusters: servers that were hit in the same way, told by the marks that hunts found on them. A
// cluster says "the same tools and places", never who.
//
// 1. A mark weighs the more the fewer servers have it: ln(servers / servers with it), times a factor for how
//    easily two groups share that kind by accident. Public marks, marks of a single server and marks of more
//    than half of all weigh nothing: a published tool must not join everybody.
// 2. Servers and marks make a bipartite graph; its connected components are taken one by one.
// 3. Within a component, marks that go together are found by moving nodes while bipartite modularity grows,
// with
//    communities folded to nodes (Louvain's scheme; M. J. Barber, Modularity and community detection in
//    bipartite networks, Physical Review E 76 (2007), equation 10).
// 4. Modularity also cuts what belongs together, so communities are joined again unless only loose bridges
// tie
//    them: two are one if at least kLooseBridge of the smaller one's servers carry marks of both.
// 5. A server's own cluster is the one of which its marks weigh most, and at least kLeastWeight; it is `also`
// in
//    those of which it carries two marks or more of that weight, since a single one may be a shared relay.
//    Clusters of fewer than kSmallestCluster servers are none.
//
// Limits: a group that changes all its marks becomes two clusters; two groups that share servers more often
// than not become one; a server with few marks stays unclustered, and is counted so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace afterpatch::situation {

inline constexpr double kLooseBridge = 0.5;
inline constexpr double kLeastWeight = 1.0;
inline constexpr double kTooCommon = 0.5;
inline constexpr std::size_t kSmallestCluster = 3;

struct Mark {
  std::string kind;  // docs/store.md, statement `hunted`
  std::string value;
  auto operator<=>(const Mark&) const = default;
};

struct MarkedServer {
  std::string server;  // "192.0.2.1:443", each once
  std::vector<Mark> marks;
};

struct ClusterMark {
  Mark mark;
  double weight = 0;
  std::size_t servers = 0;  // of the cluster that carry it
};

struct Cluster {
  std::string id;                    // "C1": cluster_ids()
  std::vector<std::string> servers;  // whose own cluster it is, ascending
  std::vector<std::string> also;     // that carry its marks too, ascending
  std::vector<ClusterMark> marks;    // what ties it together: heaviest in sum first
};

struct Clustering {
  std::vector<Cluster> clusters;         // largest first
  std::vector<std::string> unclustered;  // with marks, but in no cluster
  std::vector<Mark> too_common;          // left out as public or too common
};

// How much a mark of that kind says: 1 for what a group makes itself, less for what others may have too.
double kind_factor(std::string_view kind);

// The same servers in any order give the same clusters. `public_marks`: known to be anybody's. Ids are empty.
Clustering find_clusters(std::vector<MarkedServer> servers, const std::vector<Mark>& public_marks);

// Gives ids, so that a cluster keeps its name when the next hunts come in: an old id goes to the new cluster
// that shares most servers with the old one, largest overlaps first, each once; the others get numbers above
// all of the last run's. `previous`: id and server, of the last run.
void name_clusters(Clustering& clustering, const std::vector<std::pair<std::string, std::string>>& previous);

}  // namespace afterpatch::situation

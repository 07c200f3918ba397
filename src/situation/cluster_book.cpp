#include "situation/cluster_book.h"

#include <set>

#include "situation/groups.h"

namespace afterpatch::situation {

Result<ClusterBook> read_cluster_book(store::Store& store) {
  auto hunts = read_hunt_book(store, {}, {});
  if (!hunts) return std::unexpected(hunts.error());
  const auto previous = store.servers().clusters();
  if (!previous) return std::unexpected(previous.error());
  ClusterBook out;
  out.hunts = std::move(*hunts);
  HuntedServers servers;
  for (const auto& [subject, said] : out.hunts.servers) servers.emplace_back(subject, &said);
  out.clustering = cluster(servers, *previous);
  Picture picture;
  describe_clusters(out.clustering, servers, picture);
  if (picture.clusters.size() > 1) out.second_group = second_group_says(picture);
  out.clusters = std::move(picture.clusters);
  out.pairs = std::move(picture.pairs);
  return out;
}

std::vector<std::size_t> marks_carried(const HuntedServer& server, const std::vector<ClusterMark>& marks) {
  const std::set<Mark> own(server.marks.begin(), server.marks.end());
  std::vector<std::size_t> out;
  for (std::size_t place = 0; place < marks.size(); ++place)
    if (own.contains(marks[place].mark)) out.push_back(place);
  return out;
}

}  // namespace afterpatch::situation

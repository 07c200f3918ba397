#include "situation/clusters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "situation/mark_graph.h"

namespace afterpatch::situation {
namespace {

struct WeighedMark {
  Mark mark;
  double weight = 0;
};

// What a server's marks of one community weigh together.
struct Share {
  double weight = 0;
  std::size_t marks = 0;
};
using Shares = std::vector<std::map<std::size_t, Share>>;  // by server, then community

void make_marks_unique(std::vector<MarkedServer>& servers) {
  for (MarkedServer& server : servers) {
    std::sort(server.marks.begin(), server.marks.end());
    server.marks.erase(std::unique(server.marks.begin(), server.marks.end()), server.marks.end());
  }
}

class Finder {
 public:
  Finder(std::vector<MarkedServer> servers, const std::vector<Mark>& public_marks)
      : servers_(std::move(servers)), public_(public_marks.begin(), public_marks.end()) {
    std::sort(servers_.begin(), servers_.end(),
              [](const MarkedServer& a, const MarkedServer& b) { return a.server < b.server; });
    std::erase_if(servers_, [](const MarkedServer& server) { return server.marks.empty(); });
    make_marks_unique(servers_);
  }

  Clustering run() {
    weigh();
    tie();
    part();
    while (join_once()) {
    }
    gather();
    return std::move(out_);
  }

 private:
  void weigh() {
    std::map<Mark, std::size_t> servers_with;
    for (const MarkedServer& server : servers_)
      for (const Mark& mark : server.marks) ++servers_with[mark];
    const auto all = static_cast<double>(servers_.size());
    for (const auto& [mark, count] : servers_with) {
      const auto with = static_cast<double>(count);
      if (count < 2) continue;
      if (public_.contains(mark) || with > kTooCommon * all) {
        out_.too_common.push_back(mark);
        continue;
      }
      number_[mark] = marks_.size();
      marks_.push_back({mark, kind_factor(mark.kind) * std::log(all / with)});
    }
  }

  void tie() {
    for (std::size_t i = 0; i < servers_.size(); ++i)
      for (const Mark& mark : servers_[i].marks)
        if (const auto number = number_.find(mark); number != number_.end())
          ties_.push_back({i, number->second, marks_[number->second].weight});
  }

  // Communities of each component; numbers are unique over all.
  void part() {
    const auto component = components_of(servers_.size(), marks_.size(), ties_);
    std::map<std::size_t, std::vector<Tie>> by_component;
    for (const Tie& tie : ties_) by_component[component[tie.left]].push_back(tie);
    community_.resize(marks_.size());
    for (auto& [number, ties] : by_component) part_component(ties);
  }

  void part_component(std::vector<Tie> ties) {
    std::map<std::size_t, std::size_t> left, right;
    for (Tie& tie : ties) {
      tie.left = left.try_emplace(tie.left, left.size()).first->second;
      tie.right = right.try_emplace(tie.right, right.size()).first->second;
    }
    const Communities found = communities_of(left.size(), right.size(), ties);
    for (const auto& [mark, local] : right) community_[mark] = communities_ + found.of_right[local];
    communities_ += left.size() + right.size();
  }

  Shares shares() const {
    Shares out(servers_.size());
    for (const Tie& tie : ties_) {
      Share& share = out[tie.left][community_[tie.right]];
      share.weight += tie.weight;
      ++share.marks;
    }
    return out;
  }

  // Joins the two communities that share most of the smaller one's servers; false if all bridges are loose.
  bool join_once() {
    std::map<std::size_t, std::size_t> size;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> shared;
    for (const auto& of_server : shares()) {
      std::vector<std::size_t> in;
      for (const auto& [community, share] : of_server)
        if (share.weight >= kLeastWeight) in.push_back(community);
      for (std::size_t i = 0; i < in.size(); ++i) {
        ++size[in[i]];
        for (std::size_t j = i + 1; j < in.size(); ++j) ++shared[{in[i], in[j]}];
      }
    }
    std::pair<std::size_t, std::size_t> best;
    double most = 0;
    for (const auto& [pair, count] : shared) {
      const double part =
          static_cast<double>(count) / static_cast<double>(std::min(size[pair.first], size[pair.second]));
      if (part >= kLooseBridge && part > most) best = pair, most = part;
    }
    if (most <= 0) return false;
    std::replace(community_.begin(), community_.end(), best.second, best.first);
    return true;
  }

  void gather() {
    std::map<std::size_t, Cluster> clusters;
    const Shares all = shares();
    std::vector<std::optional<std::size_t>> own(servers_.size());
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      double most = 0;
      for (const auto& [community, share] : all[i])
        if (share.weight >= kLeastWeight && share.weight > most) own[i] = community, most = share.weight;
      if (own[i]) clusters[*own[i]].servers.push_back(servers_[i].server);
    }
    std::erase_if(clusters, [](const auto& one) { return one.second.servers.size() < kSmallestCluster; });
    for (std::size_t i = 0; i < servers_.size(); ++i) place_beside(i, own[i], all[i], clusters);
    for (auto& [community, cluster] : clusters) {
      cluster.marks = marks_of(community);
      out_.clusters.push_back(std::move(cluster));
    }
    std::sort(out_.clusters.begin(), out_.clusters.end(), [](const Cluster& a, const Cluster& b) {
      return std::pair(b.servers.size(), a.servers) < std::pair(a.servers.size(), b.servers);
    });
  }

  void place_beside(std::size_t server, std::optional<std::size_t> own,
                    const std::map<std::size_t, Share>& shares, std::map<std::size_t, Cluster>& clusters) {
    const bool clustered = own && clusters.contains(*own);
    if (!clustered) out_.unclustered.push_back(servers_[server].server);
    for (const auto& [community, share] : shares) {
      const auto at = clusters.find(community);
      if (at == clusters.end() || community == own) continue;
      if (share.marks >= 2 && share.weight >= kLeastWeight)
        at->second.also.push_back(servers_[server].server);
    }
  }

  std::vector<ClusterMark> marks_of(std::size_t community) const {
    std::vector<std::size_t> carriers(marks_.size(), 0);
    for (const Tie& tie : ties_) ++carriers[tie.right];
    std::vector<ClusterMark> out;
    for (std::size_t i = 0; i < marks_.size(); ++i)
      if (community_[i] == community) out.push_back({marks_[i].mark, marks_[i].weight, carriers[i]});
    std::stable_sort(out.begin(), out.end(), [](const ClusterMark& a, const ClusterMark& b) {
      return a.weight * static_cast<double>(a.servers) > b.weight * static_cast<double>(b.servers);
    });
    return out;
  }

  std::vector<MarkedServer> servers_;
  std::set<Mark> public_;
  std::vector<WeighedMark> marks_;
  std::map<Mark, std::size_t> number_;
  std::vector<Tie> ties_;
  std::vector<std::size_t> community_;  // by mark
  std::size_t communities_ = 0;
  Clustering out_;
};

std::size_t number_of(std::string_view id) {
  std::size_t number = 0;
  if (id.starts_with('C')) std::from_chars(id.data() + 1, id.data() + id.size(), number);
  return number;
}

}  // namespace

double kind_factor(std::string_view kind) {
  struct Row {
    std::string_view kind;
    double factor;
  };
  constexpr std::array<Row, 8> kRows = {{{"door-hash", 1},
                                         {"parameter", 1},
                                         {"url", 0.9},
                                         {"door-path", 0.8},
                                         {"address", 0.7},
                                         {"tool", 0.6},
                                         {"mailbox", 0.3},
                                         {"user-agent", 0.3}}};
  for (const Row& row : kRows)
    if (row.kind == kind) return row.factor;
  return 0.3;
}

Clustering find_clusters(std::vector<MarkedServer> servers, const std::vector<Mark>& public_marks) {
  return Finder(std::move(servers), public_marks).run();
}

void name_clusters(Clustering& clustering, const std::vector<std::pair<std::string, std::string>>& previous) {
  struct Overlap {
    std::size_t servers = 0;
    std::size_t old_number = 0;
    std::size_t cluster = 0;
    std::string id;
  };
  std::map<std::string, std::string> old_id;
  std::size_t highest = 0;
  for (const auto& [id, server] : previous) {
    old_id[server] = id;
    highest = std::max(highest, number_of(id));
  }
  std::vector<Overlap> overlaps;
  for (std::size_t i = 0; i < clustering.clusters.size(); ++i) {
    std::map<std::string, std::size_t> shared;
    for (const std::string& server : clustering.clusters[i].servers)
      if (const auto old = old_id.find(server); old != old_id.end()) ++shared[old->second];
    for (const auto& [id, count] : shared) overlaps.push_back({count, number_of(id), i, id});
  }
  std::sort(overlaps.begin(), overlaps.end(), [](const Overlap& a, const Overlap& b) {
    return std::tuple(b.servers, a.old_number, a.cluster, a.id) <
           std::tuple(a.servers, b.old_number, b.cluster, b.id);
  });
  std::set<std::string> given;
  for (const Overlap& overlap : overlaps)
    if (clustering.clusters[overlap.cluster].id.empty() && given.insert(overlap.id).second)
      clustering.clusters[overlap.cluster].id = overlap.id;
  for (Cluster& cluster : clustering.clusters)
    if (cluster.id.empty()) cluster.id = fmt::format("C{}", ++highest);
}

}  // namespace afterpatch::situation

#include "situation/groups.h"

#include <algorithm>
#include <set>

#include "situation/curve.h"
#include "store/ledger.h"

namespace afterpatch::situation {
namespace {

using Days = std::map<std::string, std::int64_t, std::less<>>;  // first exploited, by server

Days first_days(const HuntedServers& servers) {
  Days out;
  for (const auto& [subject, said] : servers)
    if (said->exploited) out[subject] = day_of(*said->exploited);
  return out;
}

ClusterSummary summary_of(const Cluster& cluster, const Days& days) {
  ClusterSummary out;
  out.id = cluster.id;
  out.servers = cluster.servers.size();
  out.also = cluster.also.size();
  std::vector<std::int64_t> known;
  for (const std::string& server : cluster.servers)
    if (const auto at = days.find(server); at != days.end()) known.push_back(at->second);
  std::sort(known.begin(), known.end());
  if (!known.empty()) {
    out.first_day = known.front();
    out.median_day = known[known.size() / 2];
    out.last_day = known.back();
  }
  const std::size_t shown = std::min(kShownMarks, cluster.marks.size());
  out.marks.assign(cluster.marks.begin(), cluster.marks.begin() + static_cast<std::ptrdiff_t>(shown));
  return out;
}

std::set<std::string> members_of(const Cluster& cluster) {
  std::set<std::string> out(cluster.servers.begin(), cluster.servers.end());
  out.insert(cluster.also.begin(), cluster.also.end());
  return out;
}

std::uint64_t shared_by(const std::set<std::string>& a, const std::set<std::string>& b) {
  return static_cast<std::uint64_t>(
      std::count_if(a.begin(), a.end(), [&](const std::string& server) { return b.contains(server); }));
}

std::uint64_t servers_in(const Clustering& clustering) {
  std::uint64_t count = clustering.unclustered.size();
  for (const Cluster& cluster : clustering.clusters) count += cluster.servers.size();
  return count;
}

void compare(const Clustering& clustering, Picture& out) {
  const std::size_t count = std::min(kComparedClusters, clustering.clusters.size());
  std::vector<std::set<std::string>> members;
  for (std::size_t i = 0; i < count; ++i) members.push_back(members_of(clustering.clusters[i]));
  const std::uint64_t all = servers_in(clustering);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      ClusterPair pair;
      pair.meeting = meet(clustering.clusters[i].id, clustering.clusters[j].id, all, members[i].size(),
                          members[j].size(), shared_by(members[i], members[j]));
      pair.meets = judge(pair.meeting, count * (count - 1) / 2);
      const auto a = out.clusters[i].median_day;
      const auto b = out.clusters[j].median_day;
      if (a && b) pair.days_between = *b - *a;
      if (pair.meeting.with_both > 0 || pair.meets != Meets::as_chance) out.pairs.push_back(std::move(pair));
    }
  }
}

}  // namespace

const std::vector<Mark>& known_public_marks() {
  static const std::vector<Mark> kMarks = {
      {"parameter", "c"},       {"parameter", "cmd"},     {"parameter", "code"}, {"parameter", "exec_code"},
      {"parameter", "pass"},    {"tool", "cmd.exe"},      {"tool", "net.exe"},   {"tool", "powershell.exe"},
      {"tool", "procdump.exe"}, {"tool", "rundll32.exe"}, {"tool", "whoami.exe"}};
  return kMarks;
}

Clustering cluster(const HuntedServers& servers, const std::vector<store::ClusterMember>& previous) {
  std::vector<MarkedServer> marked;
  for (const auto& [subject, said] : servers)
    if (said->compromise >= store::Compromise::exploited && !said->marks.empty())
      marked.push_back({subject, said->marks});
  Clustering out = find_clusters(std::move(marked), known_public_marks());
  std::vector<std::pair<std::string, std::string>> names;
  for (const store::ClusterMember& member : previous)
    names.emplace_back(member.cluster, store::server_subject(member.address, member.port));
  name_clusters(out, names);
  return out;
}

void describe_clusters(const Clustering& clustering, const HuntedServers& servers, Picture& out) {
  const Days days = first_days(servers);
  for (const Cluster& one : clustering.clusters) out.clusters.push_back(summary_of(one, days));
  out.unclustered = clustering.unclustered.size();
  compare(clustering, out);
}

}  // namespace afterpatch::situation

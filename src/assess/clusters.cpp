#include "assess/clusters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include "assess/doors.h"
#include "assess/network_address.h"
#include "assess/url_path.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

struct Kind {
  MarkKind kind;
  std::string_view word;
  double weight;
};

// Research on the wave of 2021: content and parameter are one tool's, prefixes are a tool's settings, names
// and addresses are re-used by others.
constexpr std::array<Kind, 6> kKinds = {{{MarkKind::shell_content, "shell-content", 1.0},
                                         {MarkKind::parameter, "parameter", 0.7},
                                         {MarkKind::anchor, "anchor", 0.5},
                                         {MarkKind::script, "script", 0.4},
                                         {MarkKind::address, "address", 0.4},
                                         {MarkKind::shell_name, "shell-name", 0.3}}};

// Below this a share of the fleet says nothing of how rare a mark is.
constexpr std::size_t kLargeFleet = 10;
constexpr std::size_t kMinParameterBytes = 4;  // "cmd", "pass" are everybody's

double base_weight(MarkKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].weight;
}

void add_run_marks(std::set<Mark>& marks, const Run& run) {
  for (const auto part : split(run.cluster_mark, ',')) {
    const std::string_view mark = trim(part);
    const std::size_t blank = mark.find(' ');
    if (blank == std::string_view::npos) continue;
    const auto kind = parse_mark_kind(mark.substr(0, blank));
    const std::string value(mark.substr(blank + 1));
    if (!kind || (*kind == MarkKind::parameter && value.size() < kMinParameterBytes)) continue;
    marks.emplace(*kind, value);
  }
  if (!run.client.empty() && !is_inside_address(run.client)) marks.emplace(MarkKind::address, run.client);
}

void add_door_marks(std::set<Mark>& marks, const Door& door) {
  if (!counts(door)) return;
  const std::string_view name = file_name(door.url.empty() ? door.path : door.url);
  if (!name.empty()) marks.emplace(MarkKind::shell_name, to_lower_ascii(name));
  if (!door.sha256.empty()) marks.emplace(MarkKind::shell_content, door.sha256);
}

class Weights {
 public:
  Weights(const std::vector<std::vector<Mark>>& servers, const std::vector<Mark>& public_marks)
      : fleet_(servers.size()), public_(public_marks.begin(), public_marks.end()) {
    for (const auto& marks : servers)
      for (const Mark& mark : marks) ++servers_[mark];
  }

  double of(const Mark& mark) const {
    if (public_.contains(mark)) return 0;
    return base_weight(mark.first) * rarity(mark);
  }

  double shared(const std::vector<Mark>& a, const std::vector<Mark>& b) const {
    double sum = 0;
    std::map<MarkKind, std::size_t> counted;
    for (const Mark& mark : a) {
      if (!std::ranges::binary_search(b, mark)) continue;
      // Many addresses or names in common are hardly more than two: a sweep or a rented network gives dozens.
      if (++counted[mark.first] <= 2) sum += of(mark);
    }
    return sum;
  }

 private:
  // 1 for what two servers have, falling to a quarter for what all have.
  double rarity(const Mark& mark) const {
    if (fleet_ < kLargeFleet) return 1;
    const auto found = servers_.find(mark);
    const double share =
        found == servers_.end() ? 0 : static_cast<double>(found->second) / static_cast<double>(fleet_);
    return std::max(0.25, 1 - share);
  }

  std::size_t fleet_;
  std::set<Mark> public_;
  std::map<Mark, std::size_t> servers_;
};

// Average link: what a server shares with the members of a group, on average.
double link(const Weights& weights, const std::vector<std::vector<Mark>>& servers,
            const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
  double sum = 0;
  for (const std::size_t i : a)
    for (const std::size_t j : b) sum += weights.shared(servers[i], servers[j]);
  return sum / static_cast<double>(a.size() * b.size());
}

using Groups = std::vector<std::vector<std::size_t>>;

// Joins the two groups that share most, until none share enough.
void join_groups(Groups& groups, const Weights& weights, const std::vector<std::vector<Mark>>& servers) {
  while (groups.size() > 1) {
    double best = 0;
    std::pair<std::size_t, std::size_t> pair;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      for (std::size_t j = i + 1; j < groups.size(); ++j) {
        const double shared = link(weights, servers, groups[i], groups[j]);
        if (shared > best) best = shared, pair = {i, j};
      }
    }
    if (best < kSameCluster) return;
    auto& kept = groups[pair.first];
    kept.insert(kept.end(), groups[pair.second].begin(), groups[pair.second].end());
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(pair.second));
  }
}

std::vector<Mark> common_marks(const std::vector<std::size_t>& members, const Weights& weights,
                               const std::vector<std::vector<Mark>>& servers) {
  std::map<Mark, std::size_t> count;
  for (const std::size_t member : members)
    for (const Mark& mark : servers[member]) ++count[mark];
  std::vector<Mark> marks;
  for (const auto& [mark, servers_with] : count)
    if (servers_with > 1 && weights.of(mark) > 0) marks.push_back(mark);
  std::ranges::stable_sort(marks, [&](const Mark& a, const Mark& b) {
    return std::pair(weights.of(a), count[a]) > std::pair(weights.of(b), count[b]);
  });
  return marks;
}

}  // namespace

std::string_view to_string(MarkKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].word;
}

std::optional<MarkKind> parse_mark_kind(std::string_view text) {
  for (const Kind& kind : kKinds)
    if (kind.word == text) return kind.kind;
  return std::nullopt;
}

std::vector<Mark> marks_of(const ServerReport& server) {
  std::set<Mark> marks;
  for (const Run& run : server.runs) {
    const bool inside = run.outcome != RunOutcome::probe && run.confidence >= Confidence::likely;
    if (inside) add_run_marks(marks, run);
  }
  for (const Door& door : server.doors) add_door_marks(marks, door);
  return {marks.begin(), marks.end()};
}

Clustering cluster(const std::vector<std::vector<Mark>>& servers, const std::vector<Mark>& public_marks) {
  const Weights weights(servers, public_marks);
  Clustering result;
  Groups groups;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (servers[i].empty()) {
      result.without_marks.push_back(i);
    } else {
      groups.push_back({i});
    }
  }
  join_groups(groups, weights, servers);
  for (auto& group : groups) {
    std::ranges::sort(group);
    if (group.size() == 1) {
      result.unclustered.push_back(group.front());
    } else {
      result.clusters.push_back({group, common_marks(group, weights, servers)});
    }
  }
  std::ranges::stable_sort(result.clusters, [](const Cluster& a, const Cluster& b) {
    return std::pair(b.servers.size(), a.servers.front()) < std::pair(a.servers.size(), b.servers.front());
  });
  return result;
}

}  // namespace afterpatch::assess

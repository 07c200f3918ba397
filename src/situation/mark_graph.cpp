#include "situation/mark_graph.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

namespace afterpatch::situation {
namespace {

// Nodes of one level: at first servers and marks, then communities of them, which have both degrees.
struct Level {
  struct Edge {
    std::size_t to;
    double weight;
  };
  std::vector<std::vector<Edge>> edges;
  std::vector<double> left;   // weight of the ties of the node's servers
  std::vector<double> right;  // the same of its marks
};

Level first_level(std::size_t lefts, std::size_t rights, const std::vector<Tie>& ties) {
  Level level;
  level.edges.resize(lefts + rights);
  level.left.resize(lefts + rights, 0);
  level.right.resize(lefts + rights, 0);
  for (const Tie& tie : ties) {
    level.edges[tie.left].push_back({lefts + tie.right, tie.weight});
    level.edges[lefts + tie.right].push_back({tie.left, tie.weight});
    level.left[tie.left] += tie.weight;
    level.right[lefts + tie.right] += tie.weight;
  }
  return level;
}

class Mover {
 public:
  Mover(const Level& level, double total) : level_(level), total_(total), of_(level.edges.size()) {
    std::iota(of_.begin(), of_.end(), std::size_t{0});
    left_ = level.left;
    right_ = level.right;
  }

  // Moves nodes in their order until none gains any more.
  bool run() {
    bool any = false;
    for (int round = 0; round < 100; ++round) {
      bool moved = false;
      for (std::size_t node = 0; node < of_.size(); ++node) moved |= move(node);
      if (!moved) break;
      any = true;
    }
    return any;
  }

  const std::vector<std::size_t>& communities() const { return of_; }

 private:
  double gain(std::size_t node, std::size_t community, double ties) const {
    return ties - (level_.left[node] * right_[community] + level_.right[node] * left_[community]) / total_;
  }

  bool move(std::size_t node) {
    std::map<std::size_t, double> ties;
    for (const Level::Edge& edge : level_.edges[node])
      if (edge.to != node) ties[of_[edge.to]] += edge.weight;
    const std::size_t home = of_[node];
    leave(node, home);
    std::size_t best = home;
    double most = gain(node, home, ties.contains(home) ? ties[home] : 0);
    for (const auto& [community, weight] : ties) {
      const double gained = gain(node, community, weight);
      if (gained > most + kLeastGain * total_) best = community, most = gained;
    }
    join(node, best);
    return best != home;
  }

  void leave(std::size_t node, std::size_t community) {
    left_[community] -= level_.left[node];
    right_[community] -= level_.right[node];
  }
  void join(std::size_t node, std::size_t community) {
    left_[community] += level_.left[node];
    right_[community] += level_.right[node];
    of_[node] = community;
  }

  static constexpr double kLeastGain = 1e-12;  // against endless moves of rounding
  const Level& level_;
  double total_;
  std::vector<std::size_t> of_;
  std::vector<double> left_, right_;  // by community
};

std::vector<std::size_t> numbered(const std::vector<std::size_t>& raw) {
  std::unordered_map<std::size_t, std::size_t> numbers;
  std::vector<std::size_t> out;
  for (const std::size_t one : raw) out.push_back(numbers.try_emplace(one, numbers.size()).first->second);
  return out;
}

Level fold(const Level& level, const std::vector<std::size_t>& of) {
  Level out;
  const std::size_t count = of.empty() ? 0 : *std::max_element(of.begin(), of.end()) + 1;
  out.edges.resize(count);
  out.left.resize(count, 0);
  out.right.resize(count, 0);
  std::vector<std::map<std::size_t, double>> sums(count);
  for (std::size_t node = 0; node < of.size(); ++node) {
    out.left[of[node]] += level.left[node];
    out.right[of[node]] += level.right[node];
    for (const Level::Edge& edge : level.edges[node]) sums[of[node]][of[edge.to]] += edge.weight;
  }
  for (std::size_t i = 0; i < count; ++i)
    for (const auto& [to, weight] : sums[i]) out.edges[i].push_back({to, weight});
  return out;
}

double total_of(const std::vector<Tie>& ties) {
  double total = 0;
  for (const Tie& tie : ties) total += tie.weight;
  return total;
}

Communities parted(const std::vector<std::size_t>& of, std::size_t lefts) {
  // Marks first, since they name what a community is about.
  std::vector<std::size_t> order(of.begin() + static_cast<std::ptrdiff_t>(lefts), of.end());
  order.insert(order.end(), of.begin(), of.begin() + static_cast<std::ptrdiff_t>(lefts));
  const auto numbers = numbered(order);
  const auto rights = static_cast<std::ptrdiff_t>(of.size() - lefts);
  return {{numbers.begin() + rights, numbers.end()}, {numbers.begin(), numbers.begin() + rights}};
}

}  // namespace

Communities communities_of(std::size_t lefts, std::size_t rights, const std::vector<Tie>& ties) {
  std::vector<std::size_t> of(lefts + rights);
  std::iota(of.begin(), of.end(), std::size_t{0});
  const double total = total_of(ties);
  if (total <= 0) return parted(of, lefts);
  Level level = first_level(lefts, rights, ties);
  for (;;) {
    Mover mover(level, total);
    if (!mover.run()) return parted(of, lefts);
    const auto folded = numbered(mover.communities());
    for (std::size_t& node : of) node = folded[node];
    level = fold(level, folded);
  }
}

double modularity(const Communities& communities, const std::vector<Tie>& ties) {
  const double total = total_of(ties);
  if (total <= 0) return 0;
  std::map<std::size_t, double> left, right;
  double within = 0;
  for (const Tie& tie : ties) {
    const std::size_t a = communities.of_left[tie.left];
    const std::size_t b = communities.of_right[tie.right];
    left[a] += tie.weight;
    right[b] += tie.weight;
    if (a == b) within += tie.weight;
  }
  double chance = 0;
  for (const auto& [community, weight] : left)
    if (const auto other = right.find(community); other != right.end()) chance += weight * other->second;
  return within / total - chance / (total * total);
}

std::vector<std::size_t> components_of(std::size_t lefts, std::size_t rights, const std::vector<Tie>& ties) {
  std::vector<std::size_t> parent(lefts + rights);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t node) {
    while (parent[node] != node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (const Tie& tie : ties) parent[root(tie.left)] = root(lefts + tie.right);
  for (std::size_t node = 0; node < parent.size(); ++node) parent[node] = root(node);
  return numbered(parent);
}

}  // namespace afterpatch::situation

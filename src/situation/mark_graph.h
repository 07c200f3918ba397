// The bipartite graph of servers and marks, and its communities by Barber's modularity. Used by clusters.h.
#pragma once

#include <cstddef>
#include <vector>

namespace afterpatch::situation {

struct Tie {
  std::size_t left = 0;   // server
  std::size_t right = 0;  // mark
  double weight = 0;      // more than 0
};

struct Communities {
  std::vector<std::size_t> of_left;   // community by server
  std::vector<std::size_t> of_right;  // community by mark
};

// Communities that no single move, and no joining of two, would make better. Numbers are 0, 1, ... by first
// appearance among marks, then servers. Nodes without a tie are alone. The same ties give the same result.
Communities communities_of(std::size_t lefts, std::size_t rights, const std::vector<Tie>& ties);

// Bipartite modularity: share of weight within communities, less what chance would put there.
double modularity(const Communities& communities, const std::vector<Tie>& ties);

// Component by node: lefts first, then rights. Numbers by first appearance.
std::vector<std::size_t> components_of(std::size_t lefts, std::size_t rights, const std::vector<Tie>& ties);

}  // namespace afterpatch::situation

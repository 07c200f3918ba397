// Activity clusters: servers that were hit in the same way. Never an actor or a country. What two servers
// share is weighed by how much it tells: the content of a web shell most, its parameter and the tool's
// prefixes much, a file name or an address little, since others re-use them; what everybody got from a
// published proof of concept nothing (campaign.yaml, `public_marks`). Marks that most servers of a large
// fleet share count for less. "Unclustered" is an answer.
//
// Example:
//   for (const ServerReport& server : servers) marks.push_back(marks_of(server));
//   const Clustering clustering = cluster(marks, campaign.public_marks);
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assess/server_report.h"

namespace afterpatch::assess {

enum class MarkKind { shell_content, parameter, anchor, script, address, shell_name };
std::string_view to_string(MarkKind kind);  // "shell-content", "parameter", ...
std::optional<MarkKind> parse_mark_kind(std::string_view text);

using Mark = std::pair<MarkKind, std::string>;

// What tells how this server was hit: of runs that got inside and of doors that count; sorted, each once.
std::vector<Mark> marks_of(const ServerReport& server);

// What two servers must share to be put together. A parameter with an anchor prefix is enough, two addresses
// with one file name are, one of them alone is not.
inline constexpr double kSameCluster = 1.0;

struct Cluster {
  std::vector<std::size_t> servers;  // indexes, ascending; two at least
  std::vector<Mark> marks;           // that two of them share at least, most telling first
};

struct Clustering {
  std::vector<Cluster> clusters;         // by size, largest first, then by first server
  std::vector<std::size_t> unclustered;  // hit, but like no other
  std::vector<std::size_t> without_marks;
};

// REQUIRES: the marks of each server sorted, as marks_of() gives them.
// Pure; the same whatever the order of threads. A server is put to those with which it shares enough on
// average, so that one loose link does not glue two groups together.
Clustering cluster(const std::vector<std::vector<Mark>>& servers, const std::vector<Mark>& public_marks);

}  // namespace afterpatch::assess

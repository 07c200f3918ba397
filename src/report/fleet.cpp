#include "report/fleet.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/escape.h"
#include "report/columns.h"
#include "report/json.h"
#include "report/json_fields.h"
#include "report/json_writer.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kMostMarks = 6;
constexpr std::size_t kNameColumns = 28;

const ServerReport* server_of(const HuntReport& hunt) {
  return hunt.servers.empty() ? nullptr : &hunt.servers.front();
}

std::string label_of(const HuntReport& hunt) {
  const ServerReport* server = server_of(hunt);
  const std::string source = hunt.sources.empty() ? "nothing read" : hunt.sources.front();
  if (server == nullptr || server->names.empty()) return source;
  return fmt::format("{} ({})", server->names.front(), source);
}

// "1", "2", ... for the clusters, "-" for a server that is like no other, "" for one that was not hit.
std::string cluster_of(const Fleet& fleet, std::size_t index) {
  const auto& clusters = fleet.clustering.clusters;
  for (std::size_t i = 0; i < clusters.size(); ++i)
    if (std::ranges::find(clusters[i].servers, index) != clusters[i].servers.end())
      return fmt::format("{}", i + 1);
  const auto& alone = fleet.clustering.unclustered;
  return std::ranges::find(alone, index) == alone.end() ? "" : "-";
}

std::string first_text(const ServerReport& server) {
  return server.first_evidence ? to_minute_text(*server.first_evidence) : std::string();
}

std::vector<std::size_t> worst_first(const Fleet& fleet) {
  std::vector<std::size_t> order(fleet.hunts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t index) {
    const ServerReport* server = server_of(fleet.hunts[index]);
    return server == nullptr ? assess::Compromise::no_evidence : server->verdict.compromise;
  });
  return order;
}

std::string padded(const std::string& text, std::size_t width) {
  const std::string shown = fit(escape_terminal(text), width);
  return shown + std::string(width - std::min(width, columns_of(shown)), ' ');
}

std::string line_of(const Fleet& fleet, std::size_t index) {
  const HuntReport& hunt = fleet.hunts[index];
  const ServerReport* server = server_of(hunt);
  if (server == nullptr) return padded(label_of(hunt), kNameColumns) + "nothing read\n";
  const std::string cluster = cluster_of(fleet, index);
  return fmt::format("{}  {}  {}  {}  {}\n", padded(label_of(hunt), kNameColumns),
                     padded(hunt.campaign_name, 14), padded(compromise_label(server->verdict), 20),
                     padded(first_text(*server), 20), cluster.empty() ? "" : "cluster " + cluster);
}

std::string mark_words(const assess::Mark& mark) {
  return fmt::format("{} {}", assess::to_string(mark.first), escape_terminal(mark.second, 70));
}

std::string cluster_text(const Fleet& fleet, std::size_t index) {
  const assess::Cluster& cluster = fleet.clustering.clusters[index];
  std::vector<std::string> names;
  for (const std::size_t server : cluster.servers)
    names.push_back(escape_terminal(label_of(fleet.hunts[server])));
  std::string text = fmt::format("\nCluster {}: {} servers hit in the same way\n  {}\n", index + 1,
                                 cluster.servers.size(), fmt::join(names, "\n  "));
  const std::size_t shown = std::min(cluster.marks.size(), kMostMarks);
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format("    {}\n", mark_words(cluster.marks[i]));
  if (shown < cluster.marks.size())
    text += fmt::format("    and {} more marks\n", cluster.marks.size() - shown);
  return text;
}

void write_server(JsonWriter& json, const HuntReport& hunt, const ServerReport* server) {
  json.begin_object();
  json.field("source", hunt.sources.empty() ? std::string() : hunt.sources.front());
  json.field("campaign", hunt.campaign);
  if (server != nullptr) {
    json.field("names", server->names);
    json.key("verdict");
    json.begin_object();
    write_fields(json, server->verdict);
    json.end_object();
    json.key("first_evidence");
    server->first_evidence ? json.value(*server->first_evidence) : json.null();
  }
  json.end_object();
}

void write_cluster(JsonWriter& json, const assess::Cluster& cluster) {
  json.begin_object();
  json.field("servers", cluster.servers);
  json.key("marks");
  json.begin_array();
  for (const assess::Mark& mark : cluster.marks) {
    json.begin_object();
    json.field("kind", assess::to_string(mark.first));
    json.field("value", mark.second);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string fleet_text(const Fleet& fleet) {
  std::string text = fmt::format("Afterpatch: {}\n\n", count_text(fleet.hunts.size(), "server", "servers"));
  for (const std::size_t index : worst_first(fleet)) text += line_of(fleet, index);
  for (std::size_t i = 0; i < fleet.clustering.clusters.size(); ++i) text += cluster_text(fleet, i);
  if (!fleet.clustering.unclustered.empty())
    text += fmt::format("\n{} hit like no other (-)\n",
                        count_text(fleet.clustering.unclustered.size(), "server was", "servers were"));
  return text + "\nA cluster says that servers were hit in the same way, not by whom.\n";
}

std::string fleet_json(const Fleet& fleet) {
  JsonWriter json(JsonWriter::Layout::indented);
  json.begin_object();
  json.field("schema_version", kSchemaVersion);
  json.key("servers");
  json.begin_array();
  for (const HuntReport& hunt : fleet.hunts) write_server(json, hunt, server_of(hunt));
  json.end_array();
  json.key("clusters");
  json.begin_array();
  for (const assess::Cluster& cluster : fleet.clustering.clusters) write_cluster(json, cluster);
  json.end_array();
  json.field("unclustered", fleet.clustering.unclustered);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace afterpatch::report

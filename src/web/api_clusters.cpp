#include <map>

#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kMarksOfList = 5;
constexpr std::size_t kMarksOfOne = 100;

struct ClusterSum {
  std::uint64_t servers = 0;
  std::uint64_t reentered = 0;
  std::set<std::string> organisations;
  std::optional<Timestamp> first, last;
  std::map<std::string, std::uint64_t> days;
  std::map<std::pair<std::string, std::string>, std::uint64_t> marks;  // kind and value: servers
};

using Clusters = std::map<std::string, ClusterSum>;

void add_server(ClusterSum& sum, const store::ServerRow& row) {
  ++sum.servers;
  if (row.compromise == store::Compromise::reentered) ++sum.reentered;
  if (!row.organisation.empty()) sum.organisations.insert(row.organisation);
  const auto& hit = row.exploited ? row.exploited : row.backdoored;
  if (!hit) return;
  ++sum.days[to_date_text(*hit)];
  if (!sum.first || *hit < *sum.first) sum.first = hit;
  if (!sum.last || *hit > *sum.last) sum.last = hit;
}

// A mark counts once a server, however often it was said.
void add_marks(std::set<std::pair<std::string, std::string>>& marks, const store::Statement& statement) {
  const json::value content = parsed(statement.content);
  const json::value* list = content.is_object() ? content.get_object().if_contains("marks") : nullptr;
  if (list == nullptr || !list->is_array()) return;
  for (const json::value& mark : list->get_array()) {
    if (!mark.is_object()) continue;
    const json::value* kind = mark.get_object().if_contains("kind");
    const json::value* value = mark.get_object().if_contains("value");
    if (kind != nullptr && value != nullptr && kind->is_string() && value->is_string())
      marks.emplace(kind->get_string(), value->get_string());
  }
}

Result<void> read_marks(store::Store& store, const std::string& subject, ClusterSum& sum) {
  std::set<std::pair<std::string, std::string>> marks;
  const auto read = store.ledger().for_each(
      {"server", subject, "hunted", 0},
      [&](std::int64_t, const store::Statement& statement) { add_marks(marks, statement); });
  for (const auto& mark : marks) ++sum.marks[mark];
  return read;
}

// One cluster, or all if `only` is empty.
Result<Clusters> read_clusters(store::Store& store, const std::string& only) {
  const auto members = store.servers().clusters();
  if (!members) return std::unexpected(members.error());
  Clusters clusters;
  for (const store::ClusterMember& member : *members) {
    if (!only.empty() && member.cluster != only) continue;
    const auto row = store.servers().server(member.address, member.port);
    if (!row) return std::unexpected(row.error());
    if (!*row) continue;
    ClusterSum& sum = clusters[member.cluster];
    add_server(sum, **row);
    if (auto read = read_marks(store, store::server_subject(member.address, member.port), sum); !read)
      return std::unexpected(read.error());
  }
  return clusters;
}

json::array marks_json(const ClusterSum& sum, std::size_t most) {
  std::vector<std::pair<std::uint64_t, std::pair<std::string, std::string>>> order;
  for (const auto& [mark, servers] : sum.marks)
    if (servers > 1) order.emplace_back(servers, mark);
  std::ranges::stable_sort(order, std::greater<>(), [](const auto& entry) { return entry.first; });
  json::array out;
  for (const auto& [servers, mark] : order) {
    if (out.size() == most) break;
    out.push_back({{"kind", mark.first},
                   {"value", mark.second},
                   {"servers", servers},
                   {"weight", static_cast<double>(servers) / static_cast<double>(sum.servers)}});
  }
  return out;
}

json::object cluster_json(const std::string& id, const ClusterSum& sum, std::size_t marks) {
  return {{"id", id},
          {"servers", sum.servers},
          {"organisations", sum.organisations.size()},
          {"reentered", sum.reentered},
          {"first", time_or_null(sum.first)},
          {"last", time_or_null(sum.last)},
          {"marks", marks_json(sum, marks)}};
}

}  // namespace

Response get_clusters(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const auto clusters = read_clusters(context.store, "");
  if (!clusters) return failed(context, clusters.error());
  store::ServerQuery hit;
  hit.at_least = store::Compromise::exploited;
  const auto groups = context.store.servers().count_by({"cluster"}, hit);
  if (!groups) return failed(context, groups.error());
  std::vector<json::object> rows;
  for (const auto& [id, sum] : *clusters) rows.push_back(cluster_json(id, sum, kMarksOfList));
  std::ranges::stable_sort(rows, std::greater<>(), [](const json::object& row) {
    return row.at("servers").to_number<std::uint64_t>();
  });
  json::array out;
  for (json::object& row : rows) out.push_back(std::move(row));
  std::uint64_t unclustered = 0;
  for (const store::ServerGroup& group : *groups)
    if (group.values[0].empty()) unclustered += group.servers;
  return json_answer(json::object{{"clusters", std::move(out)},
                                  {"unclustered", unclustered},
                                  {"overlaps", json::array()},
                                  {"second_group", nullptr}});
}

Response get_cluster(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const std::string id = context.request.path_value("id");
  const auto clusters = read_clusters(context.store, id);
  if (!clusters) return failed(context, clusters.error());
  const auto found = clusters->find(id);
  if (found == clusters->end()) return problem(404, "There is no such cluster.");
  json::array days;
  for (const auto& [day, servers] : found->second.days) days.push_back({{"day", day}, {"servers", servers}});
  return json_answer(json::object{{"cluster", cluster_json(id, found->second, kMarksOfList)},
                                  {"marks", marks_json(found->second, kMarksOfOne)},
                                  {"days", std::move(days)}});
}

}  // namespace afterpatch::web

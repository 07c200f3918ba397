#include <map>
#include <set>

#include "base/text.h"
#include "knowledge/catalogue.h"
#include "situation/cluster_book.h"
#include "situation/picture_json.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;
using situation::Cluster;
using situation::ClusterBook;
using situation::ClusterMark;
using situation::ClusterPair;
using situation::ClusterSummary;
using situation::Mark;

constexpr std::size_t kMarksOfList = 5;
constexpr std::size_t kMarksOfOne = 100;
constexpr std::size_t kServersOfOne = 300;

using Rows = std::map<std::string, store::ServerRow>;  // of servers that were hit, by subject

Result<Rows> read_rows(store::Store& store) {
  store::ServerQuery hit;
  hit.at_least = store::Compromise::exploited;
  Rows rows;
  const auto read = store.servers().for_each(hit, [&](const store::ServerRow& row) {
    rows.emplace(store::server_subject(row.address, row.port), row);
  });
  if (!read) return std::unexpected(read.error());
  return rows;
}

// When the flaw's patch came out, by campaign; absent for a campaign that is not known here.
class PatchDays {
 public:
  explicit PatchDays(const Settings& settings)
      : folder_(settings.knowledge), known_(knowledge::campaign_ids(folder_)) {}

  std::optional<Timestamp> of(const std::string& campaign) {
    const auto [at, is_new] = days_.try_emplace(campaign);
    if (is_new && std::ranges::find(known_, campaign) != known_.end()) {
      const auto loaded = knowledge::load_campaign(folder_, campaign);
      if (loaded) at->second = loaded->campaign->patch_released;
    }
    return at->second;
  }

 private:
  std::filesystem::path folder_;
  std::vector<std::string> known_;
  std::map<std::string, std::optional<Timestamp>> days_;
};

// What the servers of a cluster are besides their marks.
struct ClusterSum {
  std::uint64_t reentered = 0;
  std::uint64_t before_patch = 0;
  std::set<std::string> organisations;
  std::optional<Timestamp> first, last;
  std::map<std::string, std::uint64_t> days;
};

void add_server(ClusterSum& sum, const store::ServerRow& row, PatchDays& patches) {
  if (row.compromise == store::Compromise::reentered) ++sum.reentered;
  if (!row.organisation.empty()) sum.organisations.insert(row.organisation);
  const auto& hit = row.exploited ? row.exploited : row.backdoored;
  if (!hit) return;
  ++sum.days[to_date_text(*hit)];
  if (!sum.first || *hit < *sum.first) sum.first = hit;
  if (!sum.last || *hit > *sum.last) sum.last = hit;
  const auto patch = patches.of(row.campaign);
  if (patch && *hit < *patch) ++sum.before_patch;
}

ClusterSum sum_of(const Cluster& cluster, const Rows& rows, PatchDays& patches) {
  ClusterSum sum;
  for (const std::string& subject : cluster.servers)
    if (const auto row = rows.find(subject); row != rows.end()) add_server(sum, row->second, patches);
  return sum;
}

using Carriers = std::map<Mark, std::uint64_t>;  // how many servers carry each mark

void count_marks(const situation::HuntedServer& server, Carriers& out) {
  const std::set<Mark> own(server.marks.begin(), server.marks.end());
  for (const Mark& mark : own) ++out[mark];
}

Carriers carriers_of(const ClusterBook& book) {
  Carriers out;
  for (const auto& [subject, said] : book.hunts.servers) count_marks(said, out);
  return out;
}

Carriers carriers_in(const Cluster& cluster, const ClusterBook& book) {
  Carriers out;
  for (const std::string& subject : cluster.servers)
    if (const auto said = book.hunts.servers.find(subject); said != book.hunts.servers.end())
      count_marks(said->second, out);
  return out;
}

std::uint64_t number_of(const Carriers& carriers, const Mark& mark) {
  const auto found = carriers.find(mark);
  return found == carriers.end() ? 0 : found->second;
}

json::object mark_json(const ClusterMark& one, const Carriers& inside, const Carriers& everywhere) {
  const std::uint64_t servers = number_of(inside, one.mark);
  return {{"kind", one.mark.kind},
          {"value", to_utf8(one.mark.value)},
          {"servers", servers},
          {"elsewhere", number_of(everywhere, one.mark) - servers},
          {"weight", one.weight}};
}

json::array marks_json(const Cluster& cluster, const ClusterBook& book, const Carriers& everywhere,
                       std::size_t most) {
  const Carriers inside = carriers_in(cluster, book);
  json::array out;
  for (const ClusterMark& mark : cluster.marks) {
    if (out.size() == most) break;
    out.push_back(mark_json(mark, inside, everywhere));
  }
  return out;
}

json::object cluster_json(const Cluster& cluster, const ClusterSum& sum, json::array marks) {
  return {{"id", cluster.id},
          {"servers", cluster.servers.size()},
          {"also", cluster.also.size()},
          {"organisations", sum.organisations.size()},
          {"reentered", sum.reentered},
          {"first", time_or_null(sum.first)},
          {"last", time_or_null(sum.last)},
          {"before_patch", sum.before_patch},
          {"marks", std::move(marks)}};
}

json::array overlaps_json(const ClusterBook& book) {
  json::array out;
  for (const ClusterPair& pair : book.pairs)
    out.push_back(
        {{"first", pair.meeting.a}, {"second", pair.meeting.b}, {"servers", pair.meeting.with_both}});
  return out;
}

json::value second_group_json(const ClusterBook& book) {
  if (book.second_group.empty()) return nullptr;
  json::array pairs;
  for (const ClusterPair& pair : book.pairs) pairs.push_back(pair_json(pair));
  return json::object{{"says", book.second_group}, {"pairs", std::move(pairs)}};
}

// Servers that were hit and are in no cluster as the lists of servers tell it.
Result<std::uint64_t> unclustered(store::Store& store) {
  store::ServerQuery hit;
  hit.at_least = store::Compromise::exploited;
  const auto groups = store.servers().count_by({"cluster"}, hit);
  if (!groups) return std::unexpected(groups.error());
  std::uint64_t out = 0;
  for (const store::ServerGroup& group : *groups)
    if (group.values[0].empty()) out += group.servers;
  return out;
}

// Of one server, which of the cluster's marks it carries: by them it belongs to it.
json::object member_json(const std::string& subject, bool also, const ClusterBook& book,
                         const std::vector<ClusterMark>& marks, const Rows& rows,
                         const OrganisationList& names) {
  json::object out{{"subject", subject}, {"also", also}};
  const auto row = rows.find(subject);
  const bool known = row != rows.end();
  out["name"] = known ? to_utf8(row->second.name) : "";
  out["organisation"] = known ? row->second.organisation : "";
  out["organisation_name"] = known ? to_utf8(names.name_of(row->second.organisation)) : "";
  out["exploited"] = known ? time_or_null(row->second.exploited) : json::value(nullptr);
  json::array places;
  if (const auto said = book.hunts.servers.find(subject); said != book.hunts.servers.end())
    for (const std::size_t place : situation::marks_carried(said->second, marks)) places.push_back(place);
  out["marks"] = std::move(places);
  return out;
}

json::array members_json(const Cluster& cluster, const ClusterBook& book, const Rows& rows,
                         const OrganisationList& names) {
  const std::vector<ClusterMark> marks(
      cluster.marks.begin(),
      cluster.marks.begin() + static_cast<std::ptrdiff_t>(std::min(kMarksOfOne, cluster.marks.size())));
  json::array out;
  for (const bool also : {false, true})
    for (const std::string& subject : also ? cluster.also : cluster.servers) {
      if (out.size() == kServersOfOne) return out;
      out.push_back(member_json(subject, also, book, marks, rows, names));
    }
  return out;
}

json::array pairs_of(const std::string& id, const ClusterBook& book) {
  json::array out;
  for (const ClusterPair& pair : book.pairs)
    if (pair.meeting.a == id || pair.meeting.b == id) out.push_back(pair_json(pair));
  return out;
}

}  // namespace

Response get_clusters(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const auto book = situation::read_cluster_book(context.store);
  if (!book) return failed(context, book.error());
  const auto rows = read_rows(context.store);
  if (!rows) return failed(context, rows.error());
  const auto without = unclustered(context.store);
  if (!without) return failed(context, without.error());
  PatchDays patches(context.shared.settings);
  const auto carriers = carriers_of(*book);
  json::array out;
  for (const Cluster& cluster : book->clustering.clusters)
    out.push_back(cluster_json(cluster, sum_of(cluster, *rows, patches),
                               marks_json(cluster, *book, carriers, kMarksOfList)));
  return json_answer(json::object{{"clusters", std::move(out)},
                                  {"unclustered", *without},
                                  {"overlaps", overlaps_json(*book)},
                                  {"second_group", second_group_json(*book)}});
}

Response get_cluster(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const std::string id = context.request.path_value("id");
  const auto book = situation::read_cluster_book(context.store);
  if (!book) return failed(context, book.error());
  const auto& clusters = book->clustering.clusters;
  const auto found = std::ranges::find(clusters, id, &Cluster::id);
  if (found == clusters.end()) return problem(404, "There is no such cluster.");
  const auto rows = read_rows(context.store);
  if (!rows) return failed(context, rows.error());
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  if (!names) return failed(context, names.error());
  PatchDays patches(context.shared.settings);
  const auto carriers = carriers_of(*book);
  const ClusterSum sum = sum_of(*found, *rows, patches);
  json::array days;
  for (const auto& [day, servers] : sum.days) days.push_back({{"day", day}, {"servers", servers}});
  return json_answer(
      json::object{{"cluster", cluster_json(*found, sum, marks_json(*found, *book, carriers, kMarksOfList))},
                   {"marks", marks_json(*found, *book, carriers, kMarksOfOne)},
                   {"days", std::move(days)},
                   {"pairs", pairs_of(id, *book)},
                   {"members", members_json(*found, *book, *rows, **names)},
                   {"members_total", found->servers.size() + found->also.size()}});
}

}  // namespace afterpatch::web

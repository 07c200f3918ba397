#include "store/servers.h"

#include <algorithm>
#include <array>
#include <deque>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/row_loader.h"
#include "store/server_day.h"
#include "store/server_query.h"
#include "store/server_stage.h"

namespace afterpatch::store {
namespace {

constexpr std::array<std::string_view, 6> kWords = {"not-hunted", "no-evidence", "probed",
                                                    "exploited",  "backdoored",  "re-entered"};

Result<void> check_days(const ServerQuery& query) {
  if (!query.moment.empty() && !moment_condition(query.moment, 0, 0))
    return fail(fmt::format("there is no moment '{}'", query.moment), {},
                "exploited, backdoored or reentered");
  if (!query.standing.empty() && !standing_condition(query.standing, 0))
    return fail(fmt::format("there is no standing '{}'", query.standing), {},
                "unpatched, unsupported, unknown, patched, appeared or gone");
  return {};
}

Result<void> check_stage(const ServerQuery& query) {
  if (query.stage.empty() || stage_condition(query.stage, query.certainty)) return {};
  return fail(fmt::format("there is no stage '{}' with certainty '{}'", query.stage, query.certainty), {},
              "stages: exposed, unpatched, exploited, backdoored...: docs/situation.md");
}

// Rows without a value come last, whichever way, and equal ones by address.
Result<std::string> order_of(const ServerQuery& query) {
  if (const auto checked = check_stage(query); !checked) return std::unexpected(checked.error());
  if (const auto checked = check_days(query); !checked) return std::unexpected(checked.error());
  const ServerColumn* column = find_server_column(query.sort);
  if (column == nullptr)
    return fail(fmt::format("servers can't be sorted by '{}'", query.sort), {},
                "use a column's name, such as address, exposure, compromise or first_seen");
  std::string order = column->may_be_null ? fmt::format("({}) IS NULL, ", column->sql) : "";
  order += fmt::format("{}{}", column->sql, query.descending ? " DESC" : "");
  return order + ", s.address, s.port";
}

// Not more than the database can count.
std::uint64_t bounded(std::uint64_t number) {
  return std::min<std::uint64_t>(number, std::numeric_limits<std::int64_t>::max() / 2);
}

std::uint64_t count(Database& database, const ServerFilter& filter) {
  long long total = 0;
  Rows rows(database,
            fmt::format("SELECT COUNT(*) FROM server s{} WHERE {}", filter.joins({}), filter.where()));
  filter.bind(rows);
  rows.into(total);
  rows.next();
  return static_cast<std::uint64_t>(total);
}

void visit_rows(Rows& rows, const std::function<void(const ServerRow&)>& visit) {
  BoundServer bound(rows);
  while (rows.next()) visit(bound.row());
}

// Cases and clusters are looked up for the rows of the page only.
std::string page_query(const ServerQuery& query, const ServerFilter& filter, const std::string& order) {
  return fmt::format(
      "SELECT {} FROM (SELECT s.* FROM server s{} WHERE {} ORDER BY {} LIMIT {} OFFSET {}) s{}{} ORDER BY {}",
      kServerColumns, filter.joins(order), filter.where(), order, bounded(query.limit), bounded(query.offset),
      kJoinCluster, kJoinCaseOfOne, order);
}

// The columns of a grouping, as text.
struct Grouping {
  std::vector<const ServerColumn*> columns;
  std::string select;  // "s.country, CAST(s.present AS TEXT), "
  std::string group;   // " GROUP BY s.country, s.present"
  std::string order = " ORDER BY servers DESC";
};

Result<Grouping> grouping_of(const std::vector<std::string>& names) {
  Grouping out;
  for (const std::string& name : names) {
    const ServerColumn* column = find_server_column(name);
    if (column == nullptr || (!column->is_text && name != "compromise" && name != "present"))
      return fail(fmt::format("servers can't be counted by '{}'", name), {},
                  "use a column of text, or compromise, or present");
    out.columns.push_back(column);
    out.select +=
        column->is_text ? fmt::format("{}, ", column->sql) : fmt::format("CAST({} AS TEXT), ", column->sql);
    out.group += fmt::format("{} {}", out.group.empty() ? " GROUP BY" : ",", column->sql);
    out.order += fmt::format(", {}", column->sql);
  }
  return out;
}

std::string group_value(const ServerColumn& column, const std::string& read) {
  if (column.name == "present") return read == "0" ? "false" : "true";
  if (column.name == "compromise") return std::string(name_of(static_cast<Compromise>(std::stoi(read))));
  return read;
}

std::string group_query(const Grouping& grouping, const ServerFilter& filter) {
  return fmt::format(
      "SELECT {}COUNT(*) AS servers, COUNT(DISTINCT NULLIF(s.organisation, '')) FROM server s{} WHERE {}{}{}",
      grouping.select, filter.joins(grouping.select), filter.where(), grouping.group, grouping.order);
}

std::vector<ServerGroup> read_groups(Database& database, const Grouping& grouping,
                                     const ServerFilter& filter) {
  std::vector<ServerGroup> groups;
  std::deque<std::string> values(grouping.columns.size());
  long long servers = 0;
  long long organisations = 0;
  Rows rows(database, group_query(grouping, filter));
  filter.bind(rows);
  for (std::string& value : values) rows.into(value);
  rows.into(servers).into(organisations);
  while (rows.next()) {
    ServerGroup& group = groups.emplace_back();
    for (std::size_t i = 0; i < values.size(); ++i)
      group.values.push_back(group_value(*grouping.columns[i], values[i]));
    group.servers = static_cast<std::uint64_t>(servers);
    group.organisations = static_cast<std::uint64_t>(organisations);
  }
  return groups;
}

}  // namespace

std::string_view name_of(Compromise compromise) {
  const int place = static_cast<int>(compromise) + 1;
  return kWords[static_cast<std::size_t>(place)];
}

std::optional<Compromise> compromise_named(std::string_view word) {
  const auto* found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<Compromise>(static_cast<int>(found - kWords.begin()) - 1);
}

Result<ServerPage> Servers::find(const ServerQuery& query) {
  const auto order = order_of(query);
  if (!order) return std::unexpected(order.error());
  ServerPage page;
  const auto read = database_.guarded([&] {
    const ServerFilter filter(query);
    page.total = count(database_, filter);
    Rows rows(database_, page_query(query, filter, *order));
    filter.bind(rows);
    visit_rows(rows, [&](const ServerRow& row) { page.rows.push_back(row); });
  });
  if (!read) return std::unexpected(read.error());
  return page;
}

Result<std::optional<ServerRow>> Servers::server(const std::string& address, std::uint16_t port) {
  std::optional<ServerRow> found;
  const auto read = database_.guarded([&] {
    const int number = port;
    Rows rows(database_,
              fmt::format("SELECT {} FROM server s{}{} WHERE s.address = :address AND s.port = :port",
                          kServerColumns, kJoinCluster, kJoinCaseOfOne));
    rows.with(address, "address").with(number, "port");
    visit_rows(rows, [&](const ServerRow& row) { found = row; });
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<void> Servers::for_each(const ServerQuery& query, const std::function<void(const ServerRow&)>& visit) {
  const auto order = order_of(query);
  if (!order) return std::unexpected(order.error());
  return database_.guarded([&] {
    const ServerFilter filter(query);
    Rows rows(database_,
              fmt::format("SELECT {} FROM server s{} WHERE {} ORDER BY {}", kServerColumns,
                          filter.joins(kServerColumns), filter.where(), *order),
              Expect::many);
    filter.bind(rows);
    visit_rows(rows, visit);
  });
}

Result<std::vector<ServerGroup>> Servers::count_by(const std::vector<std::string>& columns,
                                                   const ServerQuery& query) {
  const auto grouping = grouping_of(columns);
  if (!grouping) return std::unexpected(grouping.error());
  if (const auto checked = check_stage(query); !checked) return std::unexpected(checked.error());
  std::vector<ServerGroup> groups;
  const auto read =
      database_.guarded([&] { groups = read_groups(database_, *grouping, ServerFilter(query)); });
  if (!read) return std::unexpected(read.error());
  return groups;
}

Result<void> Servers::put_clusters(const std::vector<ClusterMember>& members) {
  return database_.together([&]() -> Result<void> {
    database_.session() << "DELETE FROM server_cluster";
    const auto loader = RowLoader::make(database_, "server_cluster", {"address", "port", "cluster"});
    for (const ClusterMember& member : members) {
      loader->text(member.address);
      loader->number(member.port);
      loader->text(member.cluster);
      loader->end_row();
    }
    loader->finish();
    return {};
  });
}

Result<std::vector<ClusterMember>> Servers::clusters() {
  std::vector<ClusterMember> members;
  const auto read = database_.guarded([&] {
    ClusterMember member;
    int port = 0;
    Rows rows(database_, "SELECT cluster, address, port FROM server_cluster ORDER BY cluster, address, port",
              Expect::many);
    rows.into(member.cluster).into(member.address).into(port);
    while (rows.next()) {
      member.port = static_cast<std::uint16_t>(port);
      members.push_back(member);
    }
  });
  if (!read) return std::unexpected(read.error());
  return members;
}

}  // namespace afterpatch::store

#include "store/history.h"

#include "store/rows.h"

namespace afterpatch::store {
namespace {

// A row of the big query, bound once.
struct SpanRow {
  std::string address, name, product, exposure, confidence, builds, country, network, sector;
  int port = 0;
  int reached = 0;
  long long source = 0, first = 0, last = 0;

  void bind(Rows& rows) {
    rows.into(address).into(port).into(name).into(source).into(first).into(last).into(reached).into(product);
    rows.into(exposure).into(confidence).into(builds).into(country).into(network).into(sector);
  }

  SeenSpan span() const {
    return {source,   name,       to_time(first), to_time(last), reached != 0, product,
            exposure, confidence, builds,         country,       network,      sector};
  }
};

constexpr const char* kSpans =
    "SELECT h.address, h.port, h.name, s.source_id, s.first_seen, s.last_seen, t.reached, t.product, "
    "t.exposure, t.confidence, t.builds, t.country, t.network, t.sector FROM host h "
    "JOIN span s ON s.host_id = h.id JOIN state t ON t.id = s.state_id JOIN source o ON o.id = s.source_id ";
constexpr const char* kOfAll =
    "WHERE :source = '' OR o.name = :source ORDER BY h.address, h.port, h.name, o.name, s.first_seen";
constexpr const char* kOfOne =
    "WHERE h.address = :address AND h.port = :port ORDER BY s.first_seen, o.name, h.name";

}  // namespace

std::vector<SourceInfo> read_sources(Database& database) {
  std::vector<SourceInfo> sources;
  SourceInfo info;
  long long id = 0;
  long long gap = 0;
  Rows rows(database, "SELECT id, name, longest_gap FROM source ORDER BY name");
  rows.into(id).into(info.name).into(gap);
  while (rows.next()) {
    info.id = id;
    info.longest_gap = std::chrono::microseconds(gap);
    sources.push_back(info);
  }
  return sources;
}

std::vector<std::int64_t> read_active_days(Database& database, const std::string& source) {
  std::vector<std::int64_t> days;
  long long day = 0;
  Rows rows(database,
            "SELECT DISTINCT d.day FROM active_day d JOIN source s ON s.id = d.source_id "
            "WHERE :source = '' OR s.name = :source ORDER BY d.day");
  rows.with(source, "source").into(day);
  while (rows.next()) days.push_back(day);
  return days;
}

ServerHistory read_history(Database& database, const std::string& address, std::uint16_t port) {
  ServerHistory server{address, port, {}};
  const int number = port;
  SpanRow row;
  Rows rows(database, std::string(kSpans) + kOfOne);
  rows.with(address, "address").with(number, "port");
  row.bind(rows);
  while (rows.next()) server.spans.push_back(row.span());
  return server;
}

void visit_histories(Database& database, const std::string& source,
                     const std::function<void(const ServerHistory&)>& visit) {
  SpanRow row;
  Rows rows(database, std::string(kSpans) + kOfAll, Expect::many);
  rows.with(source, "source");
  row.bind(rows);
  ServerHistory server;
  while (rows.next()) {
    if (row.address != server.address || row.port != server.port) {
      if (!server.spans.empty()) visit(server);
      server = {row.address, static_cast<std::uint16_t>(row.port), {}};
    }
    server.spans.push_back(row.span());
  }
  if (!server.spans.empty()) visit(server);
}

}  // namespace afterpatch::store

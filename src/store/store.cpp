#include "store/store.h"

#include "store/change_mark.h"
#include "store/database.h"
#include "store/writer.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

// A row of the big query, bound once.
struct SpanRow {
  std::string address, name, product, exposure, confidence, builds, country, network, sector;
  int port = 0;
  int reached = 0;
  long long source = 0, first = 0, last = 0;

  SeenSpan span() const {
    return {source,   name,       to_time(first), to_time(last), reached != 0, product,
            exposure, confidence, builds,         country,       network,      sector};
  }
};

class DatabaseStore : public Store {
 public:
  explicit DatabaseStore(std::unique_ptr<Database> database)
      : database_(std::move(database)),
        session_(database_->session()),
        ledger_(*database_),
        directory_(*database_),
        servers_(*database_),
        cases_(*database_),
        accounts_(*database_),
        uploads_(*database_),
        change_mark_(*database_) {}

  Ledger& ledger() override { return ledger_; }
  Directory& directory() override { return directory_; }
  Servers& servers() override { return servers_; }
  Cases& cases() override { return cases_; }
  Accounts& accounts() override { return accounts_; }
  Uploads& uploads() override { return uploads_; }

  Result<std::string> change_mark() override { return change_mark_.read(); }

  Result<void> together(const std::function<Result<void>()>& work) override {
    Result<void> done;
    const auto kept = database_->guarded([&] {
      soci::transaction transaction(session_);
      done = work();
      if (done) transaction.commit();
    });
    return kept ? done : kept;
  }

  Result<std::unique_ptr<Writer>> write(const std::string& source,
                                        std::chrono::microseconds longest_gap) override {
    return open_writer(*database_, source, longest_gap);
  }

  Result<std::vector<SourceInfo>> sources() override {
    std::vector<SourceInfo> out;
    const auto read = database_->guarded([&] {
      SourceInfo info;
      long long id = 0;
      long long gap = 0;
      soci::statement statement = (session_.prepare << "SELECT id, name, longest_gap FROM source ORDER BY id",
                                   into(id), into(info.name), into(gap));
      statement.execute();
      while (statement.fetch()) {
        info.id = id;
        info.longest_gap = std::chrono::microseconds(gap);
        out.push_back(info);
      }
    });
    if (!read) return std::unexpected(read.error());
    return out;
  }

  Result<std::vector<std::int64_t>> active_days(const std::string& source) override {
    std::vector<std::int64_t> days;
    const auto read = database_->guarded([&] {
      long long day = 0;
      soci::statement statement =
          (session_.prepare
               << "SELECT DISTINCT d.day FROM active_day d JOIN source s ON s.id = d.source_id WHERE "
                  ":source = '' OR s.name = :source ORDER BY d.day",
           use(source, "source"), into(day));
      statement.execute();
      while (statement.fetch()) days.push_back(day);
    });
    if (!read) return std::unexpected(read.error());
    return days;
  }

  Result<void> for_each_server(const std::string& source,
                               const std::function<void(const ServerHistory&)>& visit) override {
    return database_->guarded([&] { visit_all(source, visit); });
  }

  Result<ServerHistory> history(const std::string& address, std::uint16_t port) override {
    ServerHistory server{address, port, {}};
    const auto read = database_->guarded([&] {
      const int number = port;
      SpanRow row;
      soci::statement statement =
          (session_.prepare << "SELECT h.name, s.source_id, s.first_seen, s.last_seen, t.reached, t.product, "
                               "t.exposure, t.confidence, t.builds, t.country, t.network, t.sector FROM host "
                               "h JOIN span s ON s.host_id = h.id JOIN state t ON t.id = s.state_id WHERE "
                               "h.address = :address AND h.port = :port ORDER BY s.first_seen, s.source_id",
           use(address), use(number), into(row.name), into(row.source), into(row.first), into(row.last),
           into(row.reached), into(row.product), into(row.exposure), into(row.confidence), into(row.builds),
           into(row.country), into(row.network), into(row.sector));
      statement.execute();
      while (statement.fetch()) server.spans.push_back(row.span());
    });
    if (!read) return std::unexpected(read.error());
    return server;
  }

  Result<std::string> content_at(const std::string& address, std::uint16_t port, Timestamp time) override {
    std::string content;
    const auto read = database_->guarded([&] {
      const int number = port;
      const long long moment = to_number(time);
      session_ << "SELECT c.content FROM span s JOIN host h ON h.id = s.host_id JOIN state_content c ON "
                  "c.state_id = "
                  "s.state_id WHERE h.address = :address AND h.port = :port AND s.first_seen <= :time AND "
                  "s.last_seen >= :time ORDER BY s.first_seen DESC LIMIT 1",
          use(address, "address"), use(number, "port"), use(moment, "time"), into(content);
      if (!session_.got_data()) content.clear();
    });
    if (!read) return std::unexpected(read.error());
    return content;
  }

 private:
  void visit_all(const std::string& source, const std::function<void(const ServerHistory&)>& visit) {
    SpanRow row;
    soci::statement statement =
        (session_.prepare << "SELECT h.address, h.port, h.name, s.source_id, s.first_seen, s.last_seen, "
                             "t.reached, t.product, "
                             "t.exposure, t.confidence, t.builds, t.country, t.network, t.sector FROM host h "
                             "JOIN span s ON "
                             "s.host_id = h.id JOIN state t ON t.id = s.state_id JOIN source o ON o.id = "
                             "s.source_id WHERE "
                             ":source = '' OR o.name = :source ORDER BY h.address, h.port, h.name, "
                             "s.source_id, s.first_seen",
         use(source, "source"), into(row.address), into(row.port), into(row.name), into(row.source),
         into(row.first), into(row.last), into(row.reached), into(row.product), into(row.exposure),
         into(row.confidence), into(row.builds), into(row.country), into(row.network), into(row.sector));
    ServerHistory server;
    statement.execute();
    while (statement.fetch()) {
      if (row.address != server.address || row.port != server.port) {
        if (!server.spans.empty()) visit(server);
        server = {row.address, static_cast<std::uint16_t>(row.port), {}};
      }
      server.spans.push_back(row.span());
    }
    if (!server.spans.empty()) visit(server);
  }

  std::unique_ptr<Database> database_;
  soci::session& session_;
  Ledger ledger_;
  Directory directory_;
  Servers servers_;
  Cases cases_;
  Accounts accounts_;
  Uploads uploads_;
  ChangeMark change_mark_;
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& place) {
  if (place.starts_with("postgresql:"))
    return fail("PostgreSQL stores come later", place, "name a file: it becomes a SQLite store");
  auto database = Database::open(place);
  if (!database) return std::unexpected(database.error());
  return std::make_unique<DatabaseStore>(std::move(*database));
}

}  // namespace afterpatch::store

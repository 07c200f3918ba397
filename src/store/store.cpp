#include "store/store.h"

#include "store/change_mark.h"
#include "store/database.h"
#include "store/history.h"
#include "store/rows.h"
#include "store/writer.h"

namespace afterpatch::store {
namespace {

class DatabaseStore : public Store {
 public:
  explicit DatabaseStore(std::unique_ptr<Database> database)
      : database_(std::move(database)),
        ledger_(*database_),
        directory_(*database_),
        servers_(*database_),
        cases_(*database_),
        accounts_(*database_),
        uploads_(*database_),
        console_lists_(*database_),
        change_mark_(*database_) {}

  Ledger& ledger() override { return ledger_; }
  Directory& directory() override { return directory_; }
  Servers& servers() override { return servers_; }
  Cases& cases() override { return cases_; }
  Accounts& accounts() override { return accounts_; }
  Uploads& uploads() override { return uploads_; }
  ConsoleLists& console_lists() override { return console_lists_; }

  Result<std::string> change_mark() override { return change_mark_.read(); }

  Result<void> keep_little() override {
    if (database_->dialect() == Dialect::postgresql) return {};
    return database_->guarded([this] { database_->session() << "PRAGMA cache_size = -4096"; });
  }

  Result<void> together(const std::function<Result<void>()>& work) override {
    return database_->together(work);
  }

  Result<std::unique_ptr<Writer>> write(const std::string& source,
                                        std::chrono::microseconds longest_gap) override {
    return open_writer(*database_, source, longest_gap);
  }

  Result<std::vector<SourceInfo>> sources() override {
    std::vector<SourceInfo> out;
    const auto read = database_->guarded([&] { out = read_sources(*database_); });
    if (!read) return std::unexpected(read.error());
    return out;
  }

  Result<std::vector<std::int64_t>> active_days(const std::string& source) override {
    std::vector<std::int64_t> days;
    const auto read = database_->guarded([&] { days = read_active_days(*database_, source); });
    if (!read) return std::unexpected(read.error());
    return days;
  }

  Result<void> for_each_server(const std::string& source,
                               const std::function<void(const ServerHistory&)>& visit) override {
    return database_->guarded([&] { visit_histories(*database_, source, visit); });
  }

  Result<ServerHistory> history(const std::string& address, std::uint16_t port) override {
    ServerHistory server;
    const auto read = database_->guarded([&] { server = read_history(*database_, address, port); });
    if (!read) return std::unexpected(read.error());
    return server;
  }

  Result<std::string> content_at(const std::string& address, std::uint16_t port, Timestamp time) override {
    std::string content;
    const auto read = database_->guarded([&] {
      const int number = port;
      const long long moment = to_number(time);
      Rows rows(*database_,
                "SELECT c.content FROM span s JOIN host h ON h.id = s.host_id JOIN state_content c ON "
                "c.state_id = s.state_id WHERE h.address = :address AND h.port = :port AND s.first_seen <= "
                ":time AND s.last_seen >= :time ORDER BY s.first_seen DESC LIMIT 1");
      rows.with(address, "address").with(number, "port").with(moment, "time").into(content);
      if (!rows.next()) content.clear();
    });
    if (!read) return std::unexpected(read.error());
    return content;
  }

 private:
  std::unique_ptr<Database> database_;
  Ledger ledger_;
  Directory directory_;
  Servers servers_;
  Cases cases_;
  Accounts accounts_;
  Uploads uploads_;
  ConsoleLists console_lists_;
  ChangeMark change_mark_;
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& place) {
  auto database = Database::open(place);
  if (!database) return std::unexpected(database.error());
  return std::make_unique<DatabaseStore>(std::move(*database));
}

}  // namespace afterpatch::store

#include "store/row_loader.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace afterpatch::store {
namespace {

// SQLite's own interface: SOCI copies every text twice on the way.
class SqliteLoader : public RowLoader {
 public:
  SqliteLoader(Database& database, const std::string& table, const std::vector<std::string>& columns)
      : connection_(static_cast<soci::sqlite3_session_backend*>(database.session().get_backend())->conn_) {
    std::string marks = "?";
    for (std::size_t i = 1; i < columns.size(); ++i) marks += ",?";
    const std::string insert =
        fmt::format("INSERT INTO {} ({}) VALUES ({})", table, fmt::join(columns, ", "), marks);
    check(sqlite_api::sqlite3_prepare_v2(connection_, insert.c_str(), -1, &statement_, nullptr));
  }
  ~SqliteLoader() override { sqlite_api::sqlite3_finalize(statement_); }
  SqliteLoader(const SqliteLoader&) = delete;
  SqliteLoader& operator=(const SqliteLoader&) = delete;

  void text(std::string_view value) override {
    check(sqlite_api::sqlite3_bind_text(statement_, ++column_, value.data() == nullptr ? "" : value.data(),
                                        static_cast<int>(value.size()), kCopied));
  }
  void number(std::int64_t value) override {
    check(sqlite_api::sqlite3_bind_int64(statement_, ++column_, value));
  }
  void null() override { check(sqlite_api::sqlite3_bind_null(statement_, ++column_)); }

  void end_row() override {
    column_ = 0;
    if (sqlite_api::sqlite3_step(statement_) != SQLITE_DONE) raise();
    check(sqlite_api::sqlite3_reset(statement_));
  }
  void finish() override {}

 private:
  // SQLITE_TRANSIENT without its cast in the old style.
  static inline const auto kCopied = reinterpret_cast<void (*)(void*)>(-1);

  void check(int code) {
    if (code != SQLITE_OK) raise();
  }
  [[noreturn]] void raise() { throw soci::soci_error(sqlite_api::sqlite3_errmsg(connection_)); }

  sqlite_api::sqlite3* connection_;
  sqlite_api::sqlite3_stmt* statement_ = nullptr;
  int column_ = 0;
};

}  // namespace

std::unique_ptr<RowLoader> RowLoader::make(Database& database, const std::string& table,
                                           const std::vector<std::string>& columns) {
  return std::make_unique<SqliteLoader>(database, table, columns);
}

}  // namespace afterpatch::store

#include "store/row_loader.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/postgresql.h"

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

// COPY in portions: while one is on its way the connection can do nothing else.
class PostgresqlLoader : public RowLoader {
 public:
  PostgresqlLoader(Database& database, const std::string& table, const std::vector<std::string>& columns)
      : session_(database.session()), target_(fmt::format("{} ({})", table, fmt::join(columns, ", "))) {}

  void text(std::string_view value) override {
    separate();
    append_copy_text(rows_, value);
  }
  void number(std::int64_t value) override {
    separate();
    fmt::format_to(std::back_inserter(rows_), "{}", value);
  }
  void null() override {
    separate();
    rows_ += "\\N";
  }
  void end_row() override {
    rows_ += '\n';
    at_start_ = true;
    if (rows_.size() >= kPortion) finish();
  }
  void finish() override {
    if (!rows_.empty()) copy_in(session_, target_, rows_);
    rows_.clear();
  }

 private:
  static constexpr std::size_t kPortion = 4U << 20U;  // bytes

  void separate() {
    if (!at_start_) rows_ += '\t';
    at_start_ = false;
  }

  soci::session& session_;
  std::string target_;
  std::string rows_;
  bool at_start_ = true;
};

}  // namespace

std::unique_ptr<RowLoader> RowLoader::make(Database& database, const std::string& table,
                                           const std::vector<std::string>& columns) {
  if (database.dialect() == Dialect::postgresql)
    return std::make_unique<PostgresqlLoader>(database, table, columns);
  return std::make_unique<SqliteLoader>(database, table, columns);
}

}  // namespace afterpatch::store

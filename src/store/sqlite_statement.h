// A prepared statement by SQLite's own interface, for the inner loops: SOCI copies every text twice on the
// way. Used inside this room only.
#pragma once

#include <soci/sqlite3/soci-sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "store/database.h"

namespace afterpatch::store {

// Bind the values in the order of the question marks, then run() or step through the rows. Throws
// soci::soci_error. Texts that are bound must live until reset().
class SqliteStatement {
 public:
  SqliteStatement(Database& database, const std::string& text)
      : connection_(static_cast<soci::sqlite3_session_backend*>(database.session().get_backend())->conn_) {
    check(sqlite_api::sqlite3_prepare_v2(connection_, text.c_str(), -1, &statement_, nullptr));
  }
  ~SqliteStatement() { sqlite_api::sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  SqliteStatement& bind(std::string_view value) {
    check(sqlite_api::sqlite3_bind_text(statement_, ++bound_, value.data() == nullptr ? "" : value.data(),
                                        static_cast<int>(value.size()), nullptr));
    return *this;
  }
  SqliteStatement& bind(std::int64_t value) {
    check(sqlite_api::sqlite3_bind_int64(statement_, ++bound_, value));
    return *this;
  }
  SqliteStatement& bind_null() {
    check(sqlite_api::sqlite3_bind_null(statement_, ++bound_));
    return *this;
  }

  // False at the end of the rows.
  bool step() {
    const int code = sqlite_api::sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) raise();
    return code == SQLITE_ROW;
  }
  bool is_null(int column) const {
    return sqlite_api::sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t number(int column) const { return sqlite_api::sqlite3_column_int64(statement_, column); }
  // Until the next step() or reset().
  std::string_view text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite_api::sqlite3_column_text(statement_, column));
    return {bytes == nullptr ? "" : bytes,
            static_cast<std::size_t>(sqlite_api::sqlite3_column_bytes(statement_, column))};
  }

  // An open cursor would keep the log from being folded in.
  void reset() {
    bound_ = 0;
    check(sqlite_api::sqlite3_reset(statement_));
  }
  void run() {
    step();
    reset();
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) raise();
  }
  [[noreturn]] void raise() { throw soci::soci_error(sqlite_api::sqlite3_errmsg(connection_)); }

  sqlite_api::sqlite3* connection_;
  sqlite_api::sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

}  // namespace afterpatch::store

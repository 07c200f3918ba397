#include "store/row_loader.h"

#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/postgresql.h"
#include "store/sqlite_statement.h"

namespace afterpatch::store {
namespace {

std::string insertion(const std::string& table, const std::vector<std::string>& columns) {
  std::string marks = "?";
  for (std::size_t i = 1; i < columns.size(); ++i) marks += ", ?";
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, fmt::join(columns, ", "), marks);
}

class SqliteLoader : public RowLoader {
 public:
  SqliteLoader(Database& database, const std::string& table, const std::vector<std::string>& columns)
      : statement_(database, insertion(table, columns)) {}

  void text(std::string_view value) override { statement_.bind(value); }
  void number(std::int64_t value) override { statement_.bind(value); }
  void null() override { statement_.bind_null(); }
  void end_row() override { statement_.run(); }
  void finish() override {}

 private:
  SqliteStatement statement_;
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

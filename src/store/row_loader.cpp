#include "store/row_loader.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/postgresql.h"
#include "store/postgresql_binary.h"
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

// "PGCOPY", a byte that no text has, no flags, no extension; behind the rows, a row of -1 fields.
constexpr std::string_view kCopyHeader("PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view kCopyTrailer("\xFF\xFF", 2);

// COPY: while one is on its way the connection can do nothing else. Binary, since the server takes texts
// apart byte by byte, which costs it more than keeping them.
class PostgresqlLoader : public RowLoader {
 public:
  PostgresqlLoader(Database& database, std::string table, const std::vector<std::string>& columns,
                   Sending sending)
      : session_(database.session()),
        sending_(sending),
        table_(std::move(table)),
        columns_(fmt::format("{}", fmt::join(columns, ", "))),
        count_(static_cast<std::int16_t>(columns.size())) {}

  void text(std::string_view value) override {
    begin_field();
    append_big_endian(rows_, static_cast<std::int32_t>(value.size()));
    rows_ += value;
  }
  void number(std::int64_t value) override {
    if (is_narrow()) return narrow_number(value);
    begin_field();
    append_big_endian(rows_, std::int32_t{8});
    append_big_endian(rows_, value);
  }
  void null() override {
    begin_field();
    append_big_endian(rows_, std::int32_t{-1});
  }
  void end_row() override {
    field_ = 0;
    if (sending_ == Sending::in_portions && rows_.size() >= kPortion) finish();
    if (sending_ == Sending::at_once && rows_.size() >= kPiece) send();
  }
  void finish() override {
    if (rows_.empty() && !copy_) return;
    rows_ += kCopyTrailer;
    send();
    std::exchange(copy_, nullptr)->finish();
  }

 private:
  static constexpr std::size_t kPortion = 4U << 20U;  // bytes
  static constexpr std::size_t kPiece = 64U << 10U;

  void send() {
    if (!copy_) copy_ = std::make_unique<CopyIn>(session_, fmt::format("{} ({})", table_, columns_));
    copy_->send(rows_);
    rows_.clear();
  }

  void begin_field() {
    if (rows_.empty() && !copy_) rows_ += kCopyHeader;
    if (field_++ == 0) append_big_endian(rows_, count_);
  }

  bool is_narrow() {
    if (narrow_.empty()) narrow_ = which_are_narrow(session_, table_, columns_);
    return narrow_.at(field_);
  }

  void narrow_number(std::int64_t value) {
    if (!std::in_range<std::int32_t>(value))
      throw soci::soci_error("a number too large for its column of " + table_);
    begin_field();
    append_big_endian(rows_, std::int32_t{4});
    append_big_endian(rows_, static_cast<std::int32_t>(value));
  }

  soci::session& session_;
  Sending sending_;
  std::string table_;
  std::string columns_;
  std::int16_t count_;
  std::vector<bool> narrow_;  // asked for with the first number
  std::string rows_;          // not sent yet
  std::unique_ptr<CopyIn> copy_;
  std::size_t field_ = 0;  // of the row that is being given
};

}  // namespace

std::unique_ptr<RowLoader> RowLoader::make(Database& database, const std::string& table,
                                           const std::vector<std::string>& columns, Sending sending) {
  if (database.dialect() == Dialect::postgresql)
    return std::make_unique<PostgresqlLoader>(database, table, columns, sending);
  return std::make_unique<SqliteLoader>(database, table, columns);
}

}  // namespace afterpatch::store

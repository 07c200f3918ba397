#include "base/csv.h"

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch {
namespace {

constexpr std::size_t kMaxFields = 4096;

// Walks the text once; `at_` never passes its end.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  bool done() const { return at_ >= text_.size(); }

  Result<CsvRow> read_row() {
    CsvRow row{line_, {}};
    for (;;) {
      auto field = read_field();
      if (!field) return std::unexpected(field.error());
      row.fields.push_back(std::move(*field));
      if (row.fields.size() > kMaxFields) return fail("more than 4096 fields in one row", place(row.line));
      if (done() || text_[at_] != ',') break;
      ++at_;
    }
    skip_line_end();
    return row;
  }

 private:
  std::string place(std::uint64_t line) const { return fmt::format("{}:{}", name_, line); }

  Result<std::string> read_field() {
    if (!done() && text_[at_] == '"') return read_quoted();
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string field(text_.substr(at_, end - at_));
    at_ = end;
    return field;
  }

  Result<std::string> read_quoted() {
    const std::uint64_t start = line_;
    std::string field;
    for (++at_; !done(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') return ++at_, field;
        ++at_;
      }
      field.push_back(text_[at_]);
    }
    return fail("a quoted field is never closed", place(start), "close it with a double quote");
  }

  void skip_line_end() {
    const std::size_t end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    ++line_;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

bool is_blank(const CsvRow& row) {
  return row.fields.size() == 1 && row.fields[0].empty();
}

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, const std::string& name) {
  std::vector<CsvRow> rows;
  CsvReader reader(text, name);
  while (!reader.done()) {
    auto row = reader.read_row();
    if (!row) return std::unexpected(row.error());
    if (!is_blank(*row)) rows.push_back(std::move(*row));
  }
  return rows;
}

Result<std::vector<std::string>> parse_csv_row(std::string_view row, const std::string& where) {
  auto rows = parse_csv(row, where);
  if (!rows) return fail(rows.error().what, where, rows.error().next);
  if (rows->size() != 1) return fail("no row of a table", where);
  return std::move(rows->front().fields);
}

Result<CsvTable> CsvTable::parse(std::string_view text, const std::string& name,
                                 const std::vector<std::string>& required) {
  auto rows = parse_csv(text, name);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail("the table is empty", name, "expected a header row");
  CsvTable table;
  table.header_ = std::move(rows->front().fields);
  table.rows_.assign(std::make_move_iterator(rows->begin() + 1), std::make_move_iterator(rows->end()));
  for (const std::string& column : required) {
    if (!table.has(column)) return fail("column '" + column + "' is missing", name + ":1");
  }
  for (const CsvRow& row : table.rows_) {
    if (row.fields.size() == table.header_.size()) continue;
    return fail(fmt::format("{} fields", row.fields.size()), fmt::format("{}:{}", name, row.line),
                fmt::format("expected {} as in the header", table.header_.size()));
  }
  return table;
}

std::string_view CsvTable::at(std::size_t row, std::string_view column) const {
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (equals_ignoring_case(header_[i], column)) return rows_[row].fields[i];
  }
  return {};
}

bool CsvTable::has(std::string_view column) const {
  for (const std::string& name : header_) {
    if (equals_ignoring_case(name, column)) return true;
  }
  return false;
}

}  // namespace afterpatch

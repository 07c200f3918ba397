// Reads our own and other people's small CSV tables (RFC 4180, UTF-8, optional BOM). Not for logs: those have
// their own parser in records/, which neither copies nor trusts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace afterpatch {

struct CsvRow {
  std::uint64_t line;  // 1-based line where the row starts
  std::vector<std::string> fields;
};

// All rows, the header row first. `name` stands in error messages. Fails on an unclosed quote, on more than
// 4096 fields in a row, and never reads past `text`.
Result<std::vector<CsvRow>> parse_csv(std::string_view text, const std::string& name);

// The fields of the one row that a table read line by line has at `where` ("list.csv:7"), as errors say it.
Result<std::vector<std::string>> parse_csv_row(std::string_view row, const std::string& where);

// A table whose columns are found by name.
class CsvTable {
 public:
  // Fails, with file and line, when a `required` column is missing or a row has another number of fields than
  // the header.
  static Result<CsvTable> parse(std::string_view text, const std::string& name,
                                const std::vector<std::string>& required);

  std::size_t size() const { return rows_.size(); }
  std::uint64_t line(std::size_t row) const { return rows_[row].line; }
  // Empty when the table has no such column. Column names are compared ignoring case.
  std::string_view at(std::size_t row, std::string_view column) const;
  bool has(std::string_view column) const;

 private:
  std::vector<std::string> header_;
  std::vector<CsvRow> rows_;
};

}  // namespace afterpatch

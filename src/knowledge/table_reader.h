// Reads one of our CSV tables row by row and names every broken row, where base/csv.h stops at the first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "knowledge/faults.h"

namespace afterpatch::knowledge {

class TableReader {
 public:
  // `columns` are the columns that the table must have, each once; others are a fault. Rows with another
  // number of fields than the header are named and left out.
  TableReader(std::string_view text, const std::string& file, const std::vector<std::string>& columns,
              Faults& faults);

  std::size_t size() const { return rows_.size(); }
  std::uint64_t line(std::size_t row) const { return rows_[row].line; }
  // REQUIRES: column is an index into `columns`; row < size().
  const std::string& at(std::size_t row, std::size_t column) const {
    return rows_[row].fields[places_[column]];
  }
  void fault(std::size_t row, std::string what, std::string next = {}) {
    faults_.add(std::move(what), file_, line(row), std::move(next));
  }

 private:
  bool read_header(const CsvRow& header, const std::vector<std::string>& columns);
  void take_whole_rows(std::vector<CsvRow>& rows);

  const std::string& file_;
  Faults& faults_;
  std::vector<std::size_t> places_;
  std::vector<CsvRow> rows_;
};

}  // namespace afterpatch::knowledge

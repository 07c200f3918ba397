// One row of a CSV table.
//
// Example:
//   CsvRow().cell("203.0.113.45").cell(17).finish();  // "203.0.113.45,17\n"
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "base/escape.h"

namespace afterpatch::report {

// Cells go in one by one, each escaped so that a spreadsheet shows it and never runs it (base/escape.h).
class CsvRow {
 public:
  CsvRow& cell(std::string_view text) {
    if (!first_) row_ += ',';
    row_ += escape_csv(text);
    first_ = false;
    return *this;
  }
  CsvRow& cell(std::integral auto number) { return cell(std::to_string(number)); }
  std::string finish() { return std::move(row_) + "\n"; }

 private:
  std::string row_;
  bool first_ = true;
};

}  // namespace afterpatch::report

// Splits a row into its columns.
#include <algorithm>
#include <functional>
#include <string>

#include "records/row_split.h"

namespace afterpatch::records {
namespace {

// The columns of one CSV row. A field that starts with a quote ends at its closing quote; when that is
// missing or has more text behind it, the field is taken as it stands and the row is damaged.
class CsvSplitter {
 public:
  CsvSplitter(std::string_view row, std::deque<std::string>& scratch) : row_(row), scratch_(scratch) {}

  bool at_end() const { return at_ > row_.size(); }
  bool damaged() const { return damaged_; }

  // REQUIRES: !at_end().
  std::string_view next() {
    if (at_ < row_.size() && row_[at_] == '"') return quoted();
    return take_until(std::min(row_.find(',', at_), row_.size()));
  }

 private:
  std::string_view take_until(std::size_t end) {
    const std::string_view field = row_.substr(at_, end - at_);
    at_ = end + 1;
    return field;
  }

  std::string_view quoted() {
    const std::size_t begin = at_ + 1;
    bool has_doubled = false;
    std::size_t quote = row_.find('"', begin);
    for (; quote != row_.npos && quote + 1 < row_.size() && row_[quote + 1] == '"';
         quote = row_.find('"', quote + 2)) {
      has_doubled = true;
    }
    if (quote == row_.npos) return unclosed(begin, has_doubled);
    if (quote + 1 < row_.size() && row_[quote + 1] != ',') {
      damaged_ = true;
      return take_until(std::min(row_.find(',', quote + 1), row_.size()));
    }
    at_ = quote + 2;
    return content(begin, quote, has_doubled);
  }

  std::string_view unclosed(std::size_t begin, bool has_doubled) {
    damaged_ = true;
    at_ = row_.size() + 1;
    return content(begin, row_.size(), has_doubled);
  }

  std::string_view content(std::size_t begin, std::size_t end, bool has_doubled) {
    const std::string_view inside = row_.substr(begin, end - begin);
    if (!has_doubled) return inside;
    std::string& plain = scratch_.emplace_back();
    plain.reserve(inside.size());
    for (std::size_t i = 0; i < inside.size(); ++i) {
      plain.push_back(inside[i]);
      if (inside[i] == '"' && i + 1 < inside.size() && inside[i + 1] == '"') ++i;
    }
    return plain;
  }

  std::string_view row_;
  std::deque<std::string>& scratch_;
  std::size_t at_ = 0;
  bool damaged_ = false;
};

// Returns whether the row has more columns than that.
bool split_csv(std::size_t columns, std::string_view row, std::vector<std::string_view>& values,
               std::deque<std::string>& scratch, bool& damaged) {
  CsvSplitter splitter(row, scratch);
  while (!splitter.at_end() && values.size() < columns) values.push_back(splitter.next());
  damaged = damaged || splitter.damaged();
  return !splitter.at_end();
}

bool split_w3c(std::size_t columns, std::string_view row, std::vector<std::string_view>& values) {
  while (row.ends_with(' ')) row.remove_suffix(1);
  std::size_t at = 0;
  while (at <= row.size() && values.size() < columns) {
    const std::size_t space = std::min(row.find(' ', at), row.size());
    values.push_back(row.substr(at, space - at));
    at = space + 1;
  }
  return at <= row.size();
}

bool is_part_of(std::string_view row, std::string_view value) {
  return std::less_equal<>()(row.data(), value.data()) &&
         std::less_equal<>()(value.data(), row.data() + row.size());
}

}  // namespace

bool split_columns(Dialect dialect, std::size_t columns, std::string_view row,
                   std::vector<std::string_view>& values, std::deque<std::string>& scratch, bool& damaged) {
  values.clear();
  return dialect == Dialect::csv ? split_csv(columns, row, values, scratch, damaged)
                                 : split_w3c(columns, row, values);
}

void split_row(const Header& header, std::string_view row, std::vector<std::string_view>& values,
               std::deque<std::string>& scratch, bool& damaged) {
  const bool has_more = split_columns(header.dialect(), header.size(), row, values, scratch, damaged);
  damaged = damaged || has_more || values.size() < header.size();
  // Event data without its quotes: the commas in it are its own. It is where commands stand, so nothing of it
  // may be lost.
  if (has_more && !values.empty() && header.names().back() == "EventData" && is_part_of(row, values.back())) {
    values.back() = row.substr(static_cast<std::size_t>(values.back().data() - row.data()));
  }
}

}  // namespace afterpatch::records

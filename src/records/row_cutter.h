// Where rows end. The grammar, chosen so that every reader of a block, wherever it starts, cuts it in the
// same places:
//   - A row ends at its first line break, "\n" or a NUL (crashed servers leave blocks of NULs), except that
//   - a CSV row that starts with its time (row_shape.h) goes on over line breaks inside quoted fields. For
//   that each
//     quoted field must close, followed by a comma or a line break, within kMaxRecordBytes of the row's start
//     and before a line that starts with a time. Otherwise the row ends at its first line break and is
//     damaged: an unclosed quote never swallows more than its own line.
//   - A line longer than kMaxRecordBytes is cut in pieces of that size, each a damaged row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "records/header.h"
#include "records/line_index.h"

namespace afterpatch::records {

struct RowCut {
  std::size_t begin = 0;  // without a byte order mark
  std::size_t end = 0;    // without the line break
  std::size_t next = 0;   // where the next row starts
  bool damaged = false;
  bool overlong = false;
  bool decided = true;  // false: the bytes after the block's end may still change this row
};

// Whether rows under this header may go on over line breaks. Without a header the shape alone decides.
inline bool rows_may_span_lines(const Header* header) {
  return header == nullptr || header->dialect() == Dialect::csv;
}

inline std::uint64_t count_line_ends(std::string_view bytes) {
  std::uint64_t count = 0;
  for (const char* at = bytes.data(); at != bytes.data() + bytes.size(); ++count) {
    const auto* found = static_cast<const char*>(
        std::memchr(at, '\n', static_cast<std::size_t>(bytes.data() + bytes.size() - at)));
    if (found == nullptr) break;
    at = found + 1;
  }
  return count;
}

class RowCutter {
 public:
  // `is_whole`: the block's end is a row's end.
  explicit RowCutter(std::string_view block, bool is_whole = true);
  // With what is known of the block.
  RowCutter(std::string_view block, const LineIndex& lines)
      : block_(block), is_whole_(true), has_nul_(lines.has_nul()) {}

  // The row that starts at `begin`, which must be a row's start.
  RowCut cut(std::size_t begin, bool may_span_lines) const;

  // Position of the first line break in [from, to); `to` if there is none.
  std::size_t line_break(std::size_t from, std::size_t to) const;
  // Start of the line that byte `at` stands on, not looking before `floor`, itself a line's start. A line
  // break stands on the line that it ends.
  std::size_t line_start(std::size_t at, std::size_t floor) const;
  // Whether a line starts at `at`; false inside the pieces of an overlong line.
  bool starts_line(std::size_t at) const;

  std::string_view block() const { return block_; }
  bool has_nul() const { return has_nul_; }

 private:
  RowCut cut_at_break(std::size_t begin, std::size_t line_end) const;
  RowCut cut_quoted(std::size_t begin, std::size_t first_break) const;

  std::string_view block_;
  bool is_whole_;
  bool has_nul_;
};

}  // namespace afterpatch::records

// Finds the row that holds a given byte, for bytes asked in ascending order: linear over a whole block,
// however many bytes are asked. Agrees with reading the block from its start (row_cutter.h says why that is
// possible).
#pragma once

#include <cstddef>

#include "records/row_cutter.h"

namespace afterpatch::records {

// Not thread-safe. The block must outlive it.
class RowFinder {
 public:
  explicit RowFinder(std::string_view block, bool is_whole = true) : cutter_(block, is_whole) {}
  RowFinder(std::string_view block, const LineIndex& lines) : cutter_(block, lines) {}

  // REQUIRES: at < block.size(), not smaller than in the call before. A line break belongs to the row that it
  // ends.
  RowCut find(std::size_t at, bool may_span_lines);

  // A place that is known to be a row's start, such as the end of a header line: nothing before it is looked
  // at again.
  void note_row_start(std::size_t at) { floor_ = at > floor_ ? at : floor_; }

  const RowCutter& cutter() const { return cutter_; }

 private:
  std::size_t last_timed_line(std::size_t line, std::size_t floor) const;
  RowCut cut_piece(std::size_t line, std::size_t at, bool may_span_lines) const;

  RowCutter cutter_;
  std::size_t floor_ = 0;
  RowCut last_;
};

}  // namespace afterpatch::records

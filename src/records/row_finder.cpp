#include "records/row_finder.h"

#include <algorithm>

#include "records/record.h"
#include "records/row_shape.h"

namespace afterpatch::records {

RowCut RowFinder::find(std::size_t at, bool may_span_lines) {
  if (at >= floor_ && at < last_.next && floor_ <= last_.begin) return last_;
  const std::size_t line = cutter_.line_start(at, floor_);
  last_ = RowCut{};
  if (may_span_lines) {
    const std::size_t timed = last_timed_line(line, floor_);
    if (timed < line) last_ = cutter_.cut(timed, true);
  }
  if (last_.next <= at) last_ = cut_piece(line, at, may_span_lines);
  floor_ = std::max(floor_, std::min(last_.begin, line));
  return last_;
}

// Start of the nearest line, from `line` back to `floor`, that begins with a time and may reach `line`;
// `line` itself if there is none before it.
std::size_t RowFinder::last_timed_line(std::size_t line, std::size_t floor) const {
  const std::string_view block = cutter_.block();
  const std::size_t farthest = std::max(floor, line - std::min(line, kMaxRecordBytes));
  for (std::size_t start = line;;) {
    const RowShape shape = row_shape(block.substr(start));
    if (shape == RowShape::csv) return start;
    if (shape == RowShape::w3c || start <= farthest) return line;
    start = cutter_.line_start(start - 1, floor);
    if (start < farthest) return line;
  }
}

// The row of a line that no earlier row reaches; a piece of it when it is overlong.
RowCut RowFinder::cut_piece(std::size_t line, std::size_t at, bool may_span_lines) const {
  const RowCut row = cutter_.cut(line, may_span_lines);
  if (row.next > at) return row;
  std::size_t piece = line + (at - line) / kMaxRecordBytes * kMaxRecordBytes;
  const char byte = cutter_.block()[at];
  const bool is_line_break = byte == '\n' || byte == '\0';
  if (is_line_break && piece == at) piece -= kMaxRecordBytes;  // behind a last piece of full size
  return cutter_.cut(piece, false);
}

}  // namespace afterpatch::records

#include "records/row_stepper.h"

#include "records/row_reading.h"

namespace afterpatch::records {

bool RowStepper::take_header(const RowCut& row) {
  const std::string_view text = cutter_.block().substr(row.begin, row.end - row.begin);
  const bool taken =
      !text.empty() && may_start_header(text[0]) && cutter_.starts_line(at_) && headers_.take(text);
  if (!taken) headers_.note_other_line();
  return taken;
}

// Returns the line number of the row.
std::uint64_t RowStepper::go_behind(const RowCut& row) {
  const std::string_view block = cutter_.block();
  const std::uint64_t line = line_;
  const std::uint64_t line_ends = count_line_ends(block.substr(at_, row.next - at_));
  const bool is_cut_off = row.next == block.size() && block.back() != '\n' && block.back() != '\0';
  line_ += line_ends;
  at_ = row.next;
  counts_.lines += line_ends + (is_cut_off ? 1 : 0);
  counts_.overlong += row.overlong ? 1 : 0;
  return line;
}

bool RowStepper::step(Record& record) {
  const HeaderPtr in_force = headers_.header();
  const RowCut row = cutter_.cut(at_, rows_may_span_lines(in_force.get()));
  const bool is_header = take_header(row);
  const std::uint64_t line = go_behind(row);
  if (is_header) {
    ++counts_.header_lines;
    return false;
  }
  scratch_.clear();
  if (!read_row(cutter_.block(), row, in_force.get(), record, scratch_)) {
    counts_.other_lines += row.begin < row.end ? 1 : 0;
    return false;
  }
  record.offset = offset_ + row.begin;
  record.line = line;
  ++counts_.records;
  counts_.damaged += record.damaged ? 1 : 0;
  counts_.without_header += record.header == nullptr ? 1 : 0;
  return true;
}

void RowStepper::skip_record(std::size_t next) {
  headers_.note_other_line();
  at_ = next;
  ++line_;
  ++counts_.lines;
  ++counts_.records;
}

}  // namespace afterpatch::records

// Goes through a block row by row: cuts, follows headers, tells what each row is, counts. What RecordReader
// and summarise() share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "records/header_line.h"
#include "records/record.h"
#include "records/row_cutter.h"

namespace afterpatch::records {

class RowStepper {
 public:
  RowStepper(std::string_view block, HeaderPtr header, std::uint64_t offset, std::string date)
      : RowStepper(RowCutter(block), std::move(header), offset, std::move(date)) {}
  RowStepper(RowCutter cutter, HeaderPtr header, std::uint64_t offset, std::string date)
      : cutter_(cutter), headers_(std::move(header), std::move(date)), offset_(offset) {}

  bool at_end() const { return at_ >= cutter_.block().size(); }
  // Takes the row at the current place and goes behind it; true when it is a record, which then stands in
  // `record`. REQUIRES: !at_end().
  bool step(Record& record);
  // Goes behind an undamaged one-line record of the header in force that the caller has read himself; `next`
  // is behind its line end.
  void skip_record(std::size_t next);

  std::size_t at() const { return at_; }
  const RowCutter& cutter() const { return cutter_; }
  const HeaderPtr& header() const { return headers_.header(); }
  const std::string& date() const { return headers_.date(); }
  const ReadCounts& counts() const { return counts_; }

 private:
  bool take_header(const RowCut& row);
  std::uint64_t go_behind(const RowCut& row);

  RowCutter cutter_;
  HeaderState headers_;
  std::uint64_t offset_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;  // of the row at `at_`
  std::deque<std::string> scratch_;
  ReadCounts counts_;
};

}  // namespace afterpatch::records

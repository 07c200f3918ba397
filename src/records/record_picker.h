// Reads only those rows of a block that hold given bytes, such as the places where a literal scan hit. Gives
// exactly the records that RecordReader gives for them, and costs nothing for the rows between.
//
// Example:
//   const LineIndex lines(block);
//   tracker.feed(block, lines);
//   RecordPicker picker(block, lines, tracker.spans(), offset);
//   for (std::size_t hit : hits_ascending)
//     if (picker.pick(hit)) use(picker.record(), picker.date());
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "records/header.h"
#include "records/line_index.h"
#include "records/record.h"

namespace afterpatch::records {

// Not thread-safe. The block, its lines and the spans must outlive it.
class RecordPicker {
 public:
  // `headers` as HeaderTracker::spans() gives them for this block; at least one entry, from 0.
  RecordPicker(std::string_view block, const LineIndex& lines, const std::vector<HeaderSpan>& headers,
               std::uint64_t offset);
  ~RecordPicker();

  // REQUIRES: at < block.size(), not smaller than in the call before. False when the byte stands on a header
  // line or on a line that is no row; else record() is its row, the same as before when the byte stands on
  // the same row.
  bool pick(std::size_t at);
  const Record& record() const { return record_; }
  const std::string& date() const;  // "#Date:" in force for record()
  // Where the picked row ends in the block, behind its line break: hits before it are on the same row.
  std::size_t row_end() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  Record record_;
};

}  // namespace afterpatch::records

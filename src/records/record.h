// One row of a log as views into the block that holds it. Nothing is copied, except CSV fields with doubled
// quotes, which are unescaped into the reader's scratch space.
//
// Example:
//   RecordReader reader(block, header, offset);
//   while (reader.next()) use(reader.record());
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "records/header.h"

namespace afterpatch::records {

// Longest row that is read; what is longer is cut there and counted as damaged. Exchange rows with stack
// traces reach tens of KiB.
inline constexpr std::size_t kMaxRecordBytes = 1U << 20U;

struct Record {
  const Header* header = nullptr;        // in force for this row; null when no header is known
  std::string_view raw;                  // the whole row without its line end
  std::uint64_t offset = 0;              // of its first byte in the (unpacked) artefact
  std::uint64_t line = 0;                // 0-based, counted from the block's start
  std::vector<std::string_view> values;  // one per column of the header; W3C "-" is given as it stands
  bool damaged = false;                  // wrong number of columns, unclosed quote, NULs, or cut off

  // Value of a column by name; nullopt if the header has no such column or the row ends before it. For W3C
  // "-" means absent: nullopt.
  std::optional<std::string_view> value(std::string_view name) const;
};

// UTC time of a row; nullopt if it has none that can be read. `date` stands in for a missing W3C date column.
std::optional<Timestamp> time_of(const Record& record, std::string_view date = {});

struct ReadCounts {
  std::uint64_t records = 0;
  std::uint64_t damaged = 0;
  std::uint64_t without_header = 0;
  std::uint64_t overlong = 0;
  std::uint64_t header_lines = 0;
  std::uint64_t lines = 0;  // line feeds, and one for a last line without
  std::uint64_t other_lines =
      0;  // neither rows nor headers: prose around rows, rests of broken rows; not given as records
};

// Reads the rows of one block. The block must start at a row's start and end at a row's end (find_block_end).
// Header lines inside the block change the header for the rows after them. Not thread-safe.
class RecordReader {
 public:
  RecordReader(std::string_view block, HeaderPtr header, std::uint64_t offset, std::string date = {});
  ~RecordReader();

  bool next();  // false at the block's end
  // Valid until the next call of next(); its header and `raw` live as long as the reader and the block.
  const Record& record() const { return record_; }
  const std::string& date() const;  // "#Date:" in force
  const ReadCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  Record record_;
};

// Splits one row that is already known to be whole (for a candidate line found by a literal scan). Clears
// `values`, adds to `scratch`; views in `values` point into `row` or into `scratch`. Sets `damaged` (never
// clears it) when the number of columns is not the header's or a quote does not close. At most header.size()
// values; fewer when the row ends before.
void split_row(const Header& header, std::string_view row, std::vector<std::string_view>& values,
               std::deque<std::string>& scratch, bool& damaged);

// Where the row that contains byte `at` begins and ends inside the block (without its line end), by the
// header in force. A quoted CSV field may hold line breaks. REQUIRES: at < block.size(). For many places of
// one block use RecordPicker (records/record_picker.h), which stays linear.
struct RowSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool damaged = false;
};
RowSpan row_around(std::string_view block, std::size_t at, Dialect dialect);

// How many bytes of `buffer` end with a whole row, so that the rest can be carried into the next block;
// buffer.size() when `at_end`. 0 means: no row ends here yet, read more; never 0 for a buffer of
// kMaxRecordBytes + 1 bytes or more, since a longer row is cut into pieces of kMaxRecordBytes. The cut holds
// in either dialect, because a block may change it.
std::size_t find_block_end(std::string_view buffer, Dialect dialect, bool at_end);

}  // namespace afterpatch::records

// What the columns of a log are, at one place of a file. Both log families of an Exchange server name their
// columns inside the file, and may change them at any line:
//   IIS W3C extended log      "#Fields: date time s-ip cs-method ..."            (W3C WD-logfile-960323)
//   Exchange CSV logs         "#Fields: DateTime,RequestId,..." and/or a plain first row
//   "DateTime,RequestId,..."
// So the dialect belongs to the header in force, not to the file: a text with lines of several logs works
// too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "records/line_index.h"

namespace afterpatch::records {

enum class Dialect { w3c, csv };

// Immutable once made; shared between threads.
class Header {
 public:
  Header(Dialect dialect, std::vector<std::string> names);

  Dialect dialect() const { return dialect_; }
  const std::vector<std::string>& names() const { return names_; }
  std::size_t size() const { return names_.size(); }
  // Column number of a name, ignoring ASCII case.
  std::optional<std::size_t> find(std::string_view name) const;

  std::string log_type;     // value of "#Log-type:", else empty
  std::string software;     // value of "#Software:", else empty
  bool guessed = false;     // no header was seen; the layout was told from the rows' shape
  bool local_time = false;  // the log says that its times are local (W3C centralised/NCSA-like logs)
  // Columns that every reader asks for; npos if absent.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  std::size_t time_column = npos;  // CSV: DateTime/TimeStamp/...; W3C: the column of "time"
  std::size_t date_column = npos;  // W3C: the column of "date"

 private:
  Dialect dialect_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t, HashIgnoringCase, EqualIgnoringCase> columns_;
};
using HeaderPtr = std::shared_ptr<const Header>;

// From byte `from` of a block on (a row's start), these are the header and the "#Date:" in force.
struct HeaderSpan {
  std::size_t from = 0;
  HeaderPtr header;  // null when none is known
  std::string date;
};

// The header in force at a point of a file. Fed with the file's blocks in order (each ends at a record's
// end), it is cheap: it looks only for header lines, not at every row. W3C time before any "date" column
// comes from "#Date:". Not thread-safe.
class HeaderTracker {
 public:
  // `hint` is used until the first header line is seen; may be null.
  explicit HeaderTracker(HeaderPtr hint = nullptr);
  ~HeaderTracker();

  // Header in force at the start of the next block.
  HeaderPtr current() const;
  // W3C "#Date:" last seen ("2021-03-03"), for logs without a date column; empty if none.
  const std::string& date() const;

  void feed(std::string_view block);
  // The same with the block's lines, where they are known.
  void feed(std::string_view block, const LineIndex& lines);

  // The headers in force inside the block that was fed last: at least one entry, the first from 0, ascending.
  // What RecordPicker (records/record_picker.h) needs. Valid until the next feed().
  const std::vector<HeaderSpan>& spans() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace afterpatch::records

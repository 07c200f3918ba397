// Adds rows up into a LogSummary. Most rows differ from the one before in little that a summary cares for
// (row_template.h); such rows are only counted here, and put into the summary's maps when something changes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "records/log_summary.h"

namespace afterpatch::records {

// "15.1.2176.2" as the row says it; empty if it does not.
std::string build_of(const Record& record);

// Name of the server that wrote the row; empty if it does not say.
std::string_view server_of(const Record& record);

// Rows of one hour, by their milliseconds since its start.
struct HourRows {
  std::uint64_t rows = 0;
  std::int32_t min = std::numeric_limits<std::int32_t>::max();
  std::int32_t max = std::numeric_limits<std::int32_t>::min();

  void add(std::int32_t milliseconds) {
    ++rows;
    min = std::min(min, milliseconds);
    max = std::max(max, milliseconds);
  }
};

class SummaryCounter {
 public:
  explicit SummaryCounter(LogSummary& summary) : summary_(summary) {}
  ~SummaryCounter() { flush(); }
  SummaryCounter(const SummaryCounter&) = delete;
  SummaryCounter& operator=(const SummaryCounter&) = delete;

  // A row that had to be read. Ends what add_like_last() counted.
  void add(const Record& record, std::string_view date);

  // A row of the same hour as the last one, with the last row's build and server or with none. REQUIRES:
  // add() saw a row of that hour.
  void add_like_last(std::int32_t milliseconds, bool has_build, bool has_server) {
    rows_.add(milliseconds);
    last_milliseconds_ = milliseconds;
    if (has_build) with_build_.add(milliseconds);
    with_server_ += has_server ? 1 : 0;
  }

 private:
  void flush();
  void add_time(Timestamp time);
  void add_build(std::string build, Timestamp time);
  void add_server(std::string_view server, std::uint64_t rows);

  LogSummary& summary_;
  Timestamp hour_start_;
  HourRows rows_;
  HourRows with_build_;
  std::uint64_t with_server_ = 0;
  std::int32_t last_milliseconds_ = 0;
  BuildSighting* build_ =
      nullptr;  // where rows with the last row's build are counted; null when there is no room
  std::string server_;
};

}  // namespace afterpatch::records

// What a whole log says by being there: which hours it covers and which builds, servers and layouts its rows
// name. Fed with every block of a file; costs little more than finding the line ends.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "records/header.h"
#include "records/line_index.h"
#include "records/record.h"

namespace afterpatch::records {

// Builds and servers are taken from undamaged rows with a readable time only.
inline constexpr std::size_t kMaxServers = 64;
inline constexpr std::size_t kMaxBuildStretches = 1024;

struct BuildSighting {
  std::string build;  // "15.1.2176.2", from MajorVersion..RevisionVersion of the rows or Bld= of ECP logs
  Timestamp first;
  Timestamp last;
  std::uint64_t rows = 0;
};

struct LogSummary {
  std::map<std::int64_t, std::uint64_t> rows_by_hour;  // hour since the epoch (base/time.h) -> rows
  std::vector<BuildSighting> builds;  // one per stretch of rows with the same build, in file order
  std::map<std::string, std::uint64_t>
      servers;                     // ServerHostName / ServerName / s-computername -> rows; at most 64
  std::optional<Timestamp> first;  // earliest readable time of a row
  std::optional<Timestamp> last;   // latest
  ReadCounts counts;
  bool guessed_header = false;
  bool local_time = false;
  std::uint64_t time_backwards =
      0;  // rows more than an hour older than the row before: spliced or forged files

  // Times of the first and last row in file order, which need not be the earliest and latest.
  std::optional<Timestamp> first_row;
  std::optional<Timestamp> last_row;
  bool continues_file = false;  // the first block was not the file's first

  // Appends what a later block of the same file (its summarise() had offset > 0) or another file says. Time
  // running backwards is looked for between the blocks of one file, not between files.
  void merge(const LogSummary& later);
};

// Summarises one block. Thread-safe (no state).
LogSummary summarise(std::string_view block, const HeaderPtr& header, std::uint64_t offset,
                     std::string_view date = {});
// The same with the block's lines, where they are known.
LogSummary summarise(std::string_view block, const LineIndex& lines, const HeaderPtr& header,
                     std::uint64_t offset, std::string_view date = {});

}  // namespace afterpatch::records

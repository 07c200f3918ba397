// Large log files for benchmarks, written as fast as a disk takes them: rows are made beforehand from the
// same models as the evidence range's, then copied with fresh times, ids and lengths.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.h"

namespace afterpatch::range {

enum class BulkLog { iis, http_proxy };

struct BulkRequest {
  BulkLog log = BulkLog::iis;
  std::uint64_t bytes = 0;  // the file ends with the first row that reaches it
  std::uint64_t seed = 1;
  std::filesystem::path file;     // replaced if it is there
  std::uint64_t attack_rows = 0;  // spread evenly over the file
};

struct BulkReport {
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  std::uint64_t attack_rows = 0;
};

// Same request, same bytes. About 4 MB of memory. Rows lie in order of time, at a busy server's rate of
// 425,000 a day.
Result<BulkReport> write_bulk_log(const BulkRequest& request);

}  // namespace afterpatch::range

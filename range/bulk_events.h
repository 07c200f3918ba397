// One large event log for benchmarks: everyday events of all channels in one file, as a collector of
// forwarded events keeps them.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.h"

namespace afterpatch::range {

struct BulkEventsRequest {
  std::uint64_t bytes = 0;  // the file ends with the first chunk that reaches it
  std::uint64_t seed = 1;
  std::filesystem::path file;       // replaced if it is there
  std::uint64_t attack_events = 0;  // a command interpreter under the web server, spread evenly over the file
};

struct BulkEventsReport {
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;
  std::uint64_t attack_events = 0;
};

// Same request, same bytes. Events are made beforehand, some thousands, and written again and again with
// fresh times and record ids; about 30 MB of memory.
Result<BulkEventsReport> write_bulk_events(const BulkEventsRequest& request);

}  // namespace afterpatch::range

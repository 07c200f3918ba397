// What a scan found, on one screen, and the line that is shown while it runs.
#pragma once

#include <optional>
#include <string>

#include "exposure/scanner.h"
#include "exposure/target_reader.h"

namespace afterpatch::app {

struct ScanSummary {
  std::uint64_t targets = 0;   // of all shards
  std::uint64_t position = 0;  // how far the scan is in them
  std::uint64_t left_out = 0;  // special addresses
  std::uint64_t hosts = 0;
  std::uint64_t reached = 0;
  std::uint64_t opted_out = 0;
  std::uint64_t refused = 0;
  std::uint64_t nameless = 0;
  std::uint64_t requests = 0;
  double seconds = 0;
  std::string shard;
  bool interrupted = false;
  std::string output;                   // file; empty: none
  std::optional<std::uint64_t> stored;  // records that this run took into a store; nullopt: there is none
  std::uint64_t not_storable = 0;       // lines that the store did not take
  exposure::ScanCounts::Tables tables;
};

ScanSummary summary_of(const exposure::ScanCounts& counts);

std::string summary_text(const ScanSummary& summary);
std::string summary_json(const ScanSummary& summary);

// "4,096 of 65,536 (6 %), 94 hosts/s, 1,204 reached, 312 Exchange: 31 unpatched, 150 patched; 120 errors, 9
// min left". `before`: positions that an earlier run had done.
std::string scan_progress_line(const ScanSummary& summary, std::uint64_t before);

}  // namespace afterpatch::app

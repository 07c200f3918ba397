// The evidence range: writes the disk of an Exchange server as a responder would have collected it, with
// known truth.
//
// Example:
//   Result<Truth> truth = make_evidence({.scenario = "re-entered", .seed = 7, .folder = "/tmp/tree"});
//   // hunt /tmp/tree/tree, compare with *truth (also in /tmp/tree/truth.json)
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "range/truth.h"

namespace afterpatch::range {

struct EvidenceRequest {
  std::string scenario;  // a name of scenarios()
  std::uint64_t seed = 1;
  std::filesystem::path folder;      // gets tree/ and truth.json; nothing is written outside it
  std::optional<Timestamp> start{};  // first day, UTC; that of the scenario's season if not given
  int days = 10;                     // 7 .. 3650
  int rows_per_day = 200;            // front-end requests, about; 24 .. 10,000,000
  int events_per_day = 20;  // everyday happenings in event logs, one to three events each; 0 .. 10,000,000
};

// Same request, same bytes and same file times. Memory is bounded by one hour of traffic. A tree that an
// earlier call made in the folder is replaced; a tree/ that has no truth.json beside it is not touched and is
// an error. Thread-safe for different folders.
Result<Truth> make_evidence(const EvidenceRequest& request);

}  // namespace afterpatch::range

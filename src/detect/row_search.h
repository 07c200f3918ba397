// One kind of search over log rows: Sigma rules, indicators, or the values of a pivot. A search names the
// literals of which one must stand in a row, and then looks closely at the few rows where one does.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/base_match.h"
#include "detect/detection.h"
#include "detect/findings.h"
#include "detect/literal_scanner.h"
#include "detect/request_groups.h"
#include "evidence/artefact.h"
#include "records/record.h"

namespace afterpatch::detect {

// Rules of which so many detections were kept that those of later blocks are only counted.
using FullRules = std::set<std::string, std::less<>>;

// What one block gave. Line numbers count from the block's start until the blocks are merged in order.
struct BlockOutcome {
  std::shared_ptr<const FullRules> full_rules;        // by the blocks before this one; may be null
  std::vector<Detection> detections;                  // at most kMaxKeptPerRule of each rule
  std::map<std::string, std::uint64_t> rule_matches;  // rule id -> all matches
  BaseMatches base_matches;                           // for correlations
  RequestGroups requests;
  std::map<std::string, records::LogSummary> summaries;  // log name -> summary
  std::uint64_t lines = 0;

  // Counts a match; false when its detection will not be kept, so that it need not be made.
  bool count_match(const std::string& rule_id) {
    const bool is_full = full_rules != nullptr && full_rules->contains(rule_id);
    return ++rule_matches[rule_id] <= kMaxKeptPerRule && !is_full;
  }
};

// A row that may matter.
struct Candidate {
  const records::Record& record;
  std::string_view log;                     // "iis-w3c", "http-proxy", ...
  std::string_view date;                    // stands in for a missing W3C date column
  const evidence::Artefact& artefact;       // where the row is from
  std::span<const std::uint32_t> literals;  // of this search, rising, each once

  // The line is counted from the block's start, 1-based.
  Place place() const { return {artefact.source, artefact.path, record.offset, record.line + 1}; }
};

// Immutable, shared between threads; what changes lives in Scratch.
class RowSearch {
 public:
  struct Scratch {
    virtual ~Scratch() = default;
  };

  virtual ~RowSearch() = default;
  virtual const std::vector<ScanLiteral>& literals() const = 0;
  // True when some of it has no necessary literal, so that every row must be looked at.
  virtual bool needs_every_row() const { return false; }
  // True when the literals are necessary only in rows that are as IIS writes them (sigma/witness.h).
  virtual bool expects_iis_rows() const { return false; }
  virtual std::unique_ptr<Scratch> make_scratch() const { return nullptr; }
  virtual void examine(const Candidate& candidate, Scratch* scratch, BlockOutcome& outcome) const = 0;
};

}  // namespace afterpatch::detect

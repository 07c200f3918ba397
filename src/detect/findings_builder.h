// Puts what the threads found together, in the order of the evidence, and keeps it bounded.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "detect/correlator.h"
#include "detect/findings.h"
#include "detect/row_search.h"

namespace afterpatch::detect {

// Not thread-safe: called from one thread, block by block in the order of the evidence.
class FindingsBuilder {
 public:
  // Matches for correlations go to `correlator`, if there is one; both must outlive the builder.
  explicit FindingsBuilder(Findings& findings, Correlator* correlator = nullptr)
      : findings_(findings), correlator_(correlator) {}

  // A new artefact begins: line numbers count from 1 again.
  void begin_artefact(const evidence::Artefact& artefact);
  void add_block(BlockOutcome&& outcome, const evidence::Artefact& artefact);
  void add_detection(Detection&& detection);
  void add_problem(evidence::Problem problem);
  // For blocks that will be added later: of which rules enough is kept. Never null.
  std::shared_ptr<const FullRules> full_rules() const { return full_rules_; }
  // Rule counts, coverage and groups into the findings; detections into their final order. Call once a pass.
  void finish();

 private:
  struct Counted {
    std::string title;
    std::uint64_t matches = 0;
    std::uint64_t kept = 0;
  };
  void keep(Detection&& detection);
  void note_full(const std::string& rule_id);
  void correlate(BaseMatches&& matches);
  void name_odd_rows();
  LogCoverage& coverage_of(const std::string& log);

  Findings& findings_;
  Correlator* correlator_;
  std::uint64_t lines_before_ = 0;
  std::set<std::string> counted_;  // logs for which the file at hand is counted
  std::string artefact_;           // path of the log at hand
  records::ReadCounts counts_;     // of the log at hand
  std::map<std::string, Counted> rules_;
  std::shared_ptr<const FullRules> full_rules_ = std::make_shared<const FullRules>();
  std::map<std::string, LogCoverage> coverage_;
  RequestGroups requests_;
};

}  // namespace afterpatch::detect

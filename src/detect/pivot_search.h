// Searches the logs for the values of a pivot (a shell's path, an attacker's address) and sums up the requests found.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "detect/row_search.h"

namespace afterpatch::detect {

// What a pivot asks for. `kind`: "path" (URL path, whole, ignoring case), "client" (address, whole), "parameter"
// (text anywhere in path or query).
struct PivotValue {
  std::string kind;
  std::string value;
};

class PivotSearch : public RowSearch {
 public:
  explicit PivotSearch(const std::vector<PivotValue>& values);

  const std::vector<ScanLiteral>& literals() const override { return literals_; }
  void examine(const Candidate& candidate, Scratch* scratch, BlockOutcome& outcome) const override;

 private:
  bool wanted(const records::WebRequest& request) const;

  std::vector<ScanLiteral> literals_;
  std::unordered_set<std::string> paths_;    // lower case
  std::unordered_set<std::string> clients_;
  std::vector<std::string> parameters_;
};

}  // namespace afterpatch::detect

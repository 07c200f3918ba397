// Searches the logs for the values of a pivot (a shell's path, an attacker's address) and sums up the
// requests found.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "detect/row_search.h"

namespace afterpatch::detect {

// What a pivot asks for. `kind`: "path" (URL path, whole, ignoring case), "client" (address, whole),
// "parameter" (text anywhere in path or query), "user-agent" (whole), "account" (name without domain,
// ignoring case). Other kinds match no request.
struct PivotValue {
  std::string kind;
  std::string value;
};

class PivotValues {
 public:
  explicit PivotValues(const std::vector<PivotValue>& values);
  bool match(const records::WebRequest& request) const;
  // The account that was asked for and that sent the request; else empty.
  std::string account_of(const records::WebRequest& request) const;

 private:
  std::unordered_set<std::string> paths_;  // lower case
  std::unordered_set<std::string> clients_;
  std::unordered_set<std::string> agents_;
  std::unordered_set<std::string> accounts_;  // lower case
  std::vector<std::string> parameters_;
};

class PivotSearch : public RowSearch {
 public:
  // Requests that an earlier pass `asked` for are in its sums already and are not counted again.
  PivotSearch(const std::vector<PivotValue>& values, const std::vector<PivotValue>& asked);

  const std::vector<ScanLiteral>& literals() const override { return literals_; }
  void examine(const Candidate& candidate, Scratch* scratch, BlockOutcome& outcome) const override;

 private:
  PivotValues wanted_;
  PivotValues counted_;
  std::vector<ScanLiteral> literals_;
};

}  // namespace afterpatch::detect

// Searches log rows for the addresses, domains, URLs and user agents of indicator lists. A hit is context: it
// is shown, and never decides a verdict by itself, since addresses are shared and lists are wrong.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "detect/files/indicators.h"
#include "detect/row_search.h"

namespace afterpatch::detect {

class IndicatorSearch : public RowSearch {
 public:
  // Weak user agents (those of real crawlers and browsers) are left out: they say nothing without the request
  // that the campaign's own rules look for.
  explicit IndicatorSearch(std::shared_ptr<const files::IndicatorSet> indicators);

  const std::vector<ScanLiteral>& literals() const override { return literals_; }
  void examine(const Candidate& candidate, Scratch* scratch, BlockOutcome& outcome) const override;

 private:
  std::shared_ptr<const files::IndicatorSet> indicators_;
  std::vector<std::size_t> used_;  // index into indicators_->literals(), one a literal
  std::vector<ScanLiteral> literals_;
};

}  // namespace afterpatch::detect

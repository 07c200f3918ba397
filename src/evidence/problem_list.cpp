#include "evidence/problem_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace afterpatch::evidence {

void ProblemList::add(std::string artefact, const std::string& what) {
  if (++counts_[what] <= kNamedPerKind) named_.push_back({std::move(artefact), what, 1});
}

std::vector<Problem> ProblemList::take() {
  for (const auto& [what, count] : counts_) {
    if (count > kNamedPerKind) named_.push_back({"", what, count - kNamedPerKind});
  }
  counts_.clear();
  std::sort(named_.begin(), named_.end(), [](const Problem& a, const Problem& b) {
    return std::make_tuple(a.artefact.empty(), std::cref(a.artefact), std::cref(a.what)) <
           std::make_tuple(b.artefact.empty(), std::cref(b.artefact), std::cref(b.what));
  });
  return std::exchange(named_, {});
}

}  // namespace afterpatch::evidence

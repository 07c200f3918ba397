#include "detect/pivot_search.h"

#include <algorithm>

#include "base/text.h"
#include "records/web_request.h"

namespace afterpatch::detect {

PivotValues::PivotValues(const std::vector<PivotValue>& values) {
  for (const PivotValue& pivot : values) {
    if (pivot.kind == "path") paths_.insert(to_lower_ascii(pivot.value));
    if (pivot.kind == "client") clients_.insert(pivot.value);
    if (pivot.kind == "user-agent") agents_.insert(pivot.value);
    if (pivot.kind == "account") accounts_.insert(to_lower_ascii(pivot.value));
    if (pivot.kind == "parameter") parameters_.push_back(pivot.value);
  }
}

// "FABRIKAM\Name", "name@fabrikam.example", "name".
std::string PivotValues::account_of(const records::WebRequest& request) const {
  if (accounts_.empty() || request.user.empty()) return {};
  const std::size_t slash = request.user.rfind('\\');
  std::string name = request.user.substr(slash == std::string::npos ? 0 : slash + 1);
  name = to_lower_ascii(name.substr(0, name.find('@')));
  return accounts_.contains(name) ? name : std::string();
}

bool PivotValues::match(const records::WebRequest& request) const {
  if (clients_.contains(request.client) || clients_.contains(request.peer)) return true;
  if (agents_.contains(request.user_agent) || !account_of(request).empty()) return true;
  if (paths_.contains(to_lower_ascii(request.path))) return true;
  return std::any_of(parameters_.begin(), parameters_.end(), [&](const std::string& parameter) {
    return contains_ignoring_case(request.query, parameter) ||
           contains_ignoring_case(request.path, parameter);
  });
}

PivotSearch::PivotSearch(const std::vector<PivotValue>& values, const std::vector<PivotValue>& asked)
    : wanted_(values), counted_(asked) {
  for (const PivotValue& pivot : values) {
    if (!pivot.value.empty() && pivot.kind != "sha256") literals_.push_back({pivot.value, true});
  }
}

void PivotSearch::examine(const Candidate& candidate, Scratch*, BlockOutcome& outcome) const {
  const auto request = records::web_request_of(candidate.record, candidate.date);
  if (!request || !wanted_.match(*request) || counted_.match(*request)) return;
  outcome.requests.add(candidate.log, *request, candidate.place(), candidate.record.raw,
                       wanted_.account_of(*request));
}

}  // namespace afterpatch::detect

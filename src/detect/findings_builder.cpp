#include "detect/findings_builder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace afterpatch::detect {
namespace {

auto order_of(const Detection& detection) {
  return std::tie(detection.place.source, detection.place.artefact, detection.place.offset, detection.rule_id,
                  detection.title);
}

}  // namespace

void FindingsBuilder::begin_artefact(const evidence::Artefact& artefact) {
  name_odd_rows();
  lines_before_ = 0;
  counted_.clear();
  artefact_ = artefact.path;
}

// Rows that were read only in part are named once a file, since an attacker may have made them so.
void FindingsBuilder::name_odd_rows() {
  const records::ReadCounts counts = std::exchange(counts_, {});
  if (counts.overlong > 0) {
    add_problem(
        {artefact_, fmt::format("{} pieces of rows longer than 1 MiB", counts.overlong), counts.overlong});
  }
  if (counts.damaged > counts.overlong) {
    add_problem({artefact_,
                 fmt::format("{} of {} rows are damaged: cut off, or not as their header says",
                             counts.damaged, counts.records),
                 counts.damaged});
  }
  if (counts.without_header > 0) {
    add_problem({artefact_, fmt::format("{} rows are of no known log", counts.without_header),
                 counts.without_header});
  }
}

void FindingsBuilder::add_block(BlockOutcome&& outcome, const evidence::Artefact& artefact) {
  for (const auto& [rule, matches] : outcome.rule_matches) rules_[rule].matches += matches;
  for (Detection& detection : outcome.detections) {
    detection.place.line += lines_before_;
    keep(std::move(detection));
  }
  for (const auto& [log, summary] : outcome.summaries) {
    LogCoverage& coverage = coverage_of(log);
    coverage.summary.merge(summary);
    counts_.records += summary.counts.records;
    counts_.damaged += summary.counts.damaged;
    counts_.overlong += summary.counts.overlong;
    counts_.without_header += summary.counts.without_header;
    if (counted_.insert(log).second) ++coverage.files, coverage.bytes += artefact.size;
  }
  correlate(std::move(outcome.base_matches));
  requests_.merge(std::move(outcome.requests), lines_before_);
  lines_before_ += outcome.lines;
}

void FindingsBuilder::correlate(BaseMatches&& matches) {
  if (correlator_ == nullptr) return;
  for (BaseMatch& match : matches.matches) match.place.line += lines_before_;
  correlator_->add(std::move(matches));
}

void FindingsBuilder::add_detection(Detection&& detection) {
  ++rules_[detection.rule_id].matches;
  keep(std::move(detection));
}

void FindingsBuilder::keep(Detection&& detection) {
  Counted& rule = rules_[detection.rule_id];
  rule.title = detection.title;
  if (rule.kept >= kMaxKeptPerRule) return;
  if (++rule.kept == kMaxKeptPerRule) note_full(detection.rule_id);
  findings_.detections.push_back(std::move(detection));
}

// Threads hold the earlier set, so it is not changed.
void FindingsBuilder::note_full(const std::string& rule_id) {
  FullRules full = *full_rules_;
  full.insert(rule_id);
  full_rules_ = std::make_shared<const FullRules>(std::move(full));
}

void FindingsBuilder::add_problem(evidence::Problem problem) {
  findings_.problems.push_back(std::move(problem));
}

LogCoverage& FindingsBuilder::coverage_of(const std::string& log) {
  LogCoverage& coverage = coverage_[log];
  coverage.log = log;
  return coverage;
}

void FindingsBuilder::finish() {
  name_odd_rows();
  std::stable_sort(findings_.detections.begin(), findings_.detections.end(),
                   [](const Detection& a, const Detection& b) { return order_of(a) < order_of(b); });
  for (const auto& [id, rule] : rules_)
    findings_.rule_counts.push_back({id, rule.title, rule.matches, rule.kept});
  for (auto& [log, coverage] : coverage_) findings_.coverage.push_back(std::move(coverage));
  if (requests_.overflow() > 0) {
    add_problem(
        {"",
         fmt::format("{} requests were left out of the sums: too many different ones", requests_.overflow()),
         requests_.overflow()});
  }
  for (RequestGroup& group : requests_.take()) findings_.requests.push_back(std::move(group));
}

}  // namespace afterpatch::detect

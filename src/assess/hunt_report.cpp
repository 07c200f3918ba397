#include "assess/hunt_report.h"

#include <utility>

#include "assess/assess.h"

namespace afterpatch::assess {

HuntReport make_hunt_report(detect::Findings&& findings, const knowledge::Campaign& campaign,
                            const knowledge::Product& product, const std::vector<PivotStep>& pivots) {
  HuntReport report;
  report.campaign = campaign.id;
  report.campaign_title = campaign.title;
  report.window_start = campaign.window_start;
  report.window_end = campaign.window_end;
  report.mass_start = campaign.mass_start;
  report.patch_released = campaign.patch_released;
  report.disclosed = campaign.disclosed;
  report.servers.push_back(assess(findings, campaign, product, pivots));
  report.sources = std::move(findings.sources);
  report.rules = std::move(findings.rules);
  report.rule_counts = std::move(findings.rule_counts);
  report.problems = std::move(findings.problems);
  report.files_by_kind = std::move(findings.files_by_kind);
  report.files = findings.files;
  report.bytes = findings.bytes;
  report.interrupted = std::move(findings.interrupted);
  return report;
}

}  // namespace afterpatch::assess

#include "assess/hunt_report.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "assess/actions.h"
#include "assess/assess.h"

namespace afterpatch::assess {
namespace {

HuntReport report_of(const detect::Findings& findings, const knowledge::Campaign& campaign,
                     const knowledge::Product& product, const std::vector<PivotStep>& pivots) {
  HuntReport report;
  report.campaign = campaign.id;
  report.campaign_name = campaign.name;
  report.campaign_title = campaign.title;
  report.window_start = campaign.window_start;
  report.window_end = campaign.window_end;
  report.mass_start = campaign.mass_start;
  report.patch_released = campaign.patch_released;
  report.disclosed = campaign.disclosed;
  report.servers.push_back(assess(findings, campaign, product, pivots));
  report.sources = findings.sources;
  return report;
}

double coverage_of(const ServerReport& server) {
  double best = 0;
  for (const CoverageLine& line : server.coverage)
    if (line.needed) best = std::max(best, line.share_of_window);
  return best;
}

auto weight_of(const HuntReport& report) {
  const ServerReport& server = report.servers.front();
  return std::tuple(server.verdict.compromise, server.verdict.compromise_confidence, coverage_of(server),
                    server.patched_at.has_value(), report.patch_released);
}

const knowledge::Campaign& campaign_of(const HuntReport& report, const Campaigns& campaigns) {
  return **std::ranges::find(campaigns, report.campaign, [](const auto& campaign) { return campaign->id; });
}

// Each guide is for the whole server, which other waves may have hit as well.
void join_guides(std::vector<HuntReport>& reports, const Campaigns& campaigns) {
  if (reports.size() < 2) return;
  for (HuntReport& report : reports) {
    std::vector<const ServerReport*> others;
    for (const HuntReport& other : reports)
      if (&other != &report) others.push_back(&other.servers.front());
    ServerReport& server = report.servers.front();
    server.actions = fitting_actions(server, campaign_of(report, campaigns), others);
  }
}

void take_hunt(HuntReport& report, detect::Findings&& findings) {
  report.rules = std::move(findings.rules);
  report.rule_counts = std::move(findings.rule_counts);
  report.problems = std::move(findings.problems);
  report.files_by_kind = std::move(findings.files_by_kind);
  report.files = findings.files;
  report.bytes = findings.bytes;
  report.interrupted = std::move(findings.interrupted);
}

}  // namespace

HuntReport make_hunt_report(detect::Findings&& findings, const Campaigns& campaigns,
                            const knowledge::Product& product, const std::vector<PivotStep>& pivots) {
  std::vector<HuntReport> reports;
  for (const auto& campaign : campaigns) reports.push_back(report_of(findings, *campaign, product, pivots));
  std::stable_sort(reports.begin(), reports.end(),
                   [](const auto& a, const auto& b) { return weight_of(a) > weight_of(b); });
  join_guides(reports, campaigns);
  HuntReport report = std::move(reports.front());
  report.other_campaigns.assign(std::make_move_iterator(reports.begin() + 1),
                                std::make_move_iterator(reports.end()));
  take_hunt(report, std::move(findings));
  return report;
}

}  // namespace afterpatch::assess

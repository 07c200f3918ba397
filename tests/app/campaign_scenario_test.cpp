// Made-up servers that later waves hit (range/): the report of that wave must be the truth and the first one
// shown, and no other wave's report may say more than that somebody looked. Synthetic: this proves the logic,
// not that real attacks look like this.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>

#include "range/evidence.h"
#include "range/scenarios.h"
#include "tests/app/truth_check.h"

namespace afterpatch::app {
namespace {

class CampaignScenario : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("afterpatch_campaign_" + std::to_string(::getpid()) + GetParam());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

const assess::HuntReport* report_on(const assess::HuntReport& report, const std::string& campaign) {
  if (report.campaign == campaign) return &report;
  const auto found = std::ranges::find(report.other_campaigns, campaign, &assess::HuntReport::campaign);
  return found == report.other_campaigns.end() ? nullptr : &*found;
}

void expect_campaign(const assess::HuntReport& report, const range::Truth& truth) {
  SCOPED_TRACE(truth.campaign);
  const assess::HuntReport* told = report_on(report, truth.campaign);
  ASSERT_NE(told, nullptr);
  ASSERT_EQ(told->servers.size(), 1U);
  expect_truth(told->servers[0], truth);
}

bool is_told_of(const range::Truth& truth, const std::string& campaign) {
  return truth.campaign == campaign ||
         std::ranges::find(truth.earlier, campaign, &range::Truth::campaign) != truth.earlier.end();
}

void expect_no_more_than_probed(const assess::HuntReport& report, const range::Truth& truth) {
  if (is_told_of(truth, report.campaign)) return;
  ASSERT_EQ(report.servers.size(), 1U);
  const assess::Verdict& verdict = report.servers[0].verdict;
  EXPECT_LE(verdict.compromise, assess::Compromise::probed)
      << report.campaign << " says " << to_string(verdict.compromise);
  EXPECT_FALSE(verdict.mail_accessed) << report.campaign;
  EXPECT_FALSE(verdict.credentials_exposed) << report.campaign;
}

TEST_P(CampaignScenario, EachWavesVerdictIsTheTruthForEverySeed) {
  for (std::uint64_t seed = 1; seed <= seed_count(); ++seed) {
    SCOPED_TRACE(GetParam() + " seed " + std::to_string(seed));
    const auto truth = range::make_evidence({.scenario = GetParam(), .seed = seed, .folder = folder_});
    ASSERT_TRUE(truth) << to_string(truth.error());
    const auto report = hunt_tree(folder_ / "tree");
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(report->campaign, truth->campaign) << "the wave that matters most";
    expect_campaign(*report, *truth);
    for (const range::Truth& earlier : truth->earlier) expect_campaign(*report, earlier);
    expect_no_more_than_probed(*report, *truth);
    expect_one_screen(*report);
    for (const assess::HuntReport& other : report->other_campaigns) expect_no_more_than_probed(other, *truth);
    EXPECT_TRUE(report->rules.refused.empty());
  }
}

std::vector<std::string> later_scenarios() {
  std::vector<std::string> names;
  for (const range::Scenario& scenario : range::scenarios()) {
    if (scenario.season != &range::kProxyLogon) names.emplace_back(scenario.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Range, CampaignScenario, testing::ValuesIn(later_scenarios()),
                         [](const auto& tested) { return test_name(tested.param); });

}  // namespace
}  // namespace afterpatch::app

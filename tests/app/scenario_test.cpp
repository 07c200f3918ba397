// Made-up servers with known truth (range/): the verdict must be the truth, for every scenario of
// ProxyLogon and many seeds. Synthetic: this proves the logic, not that real attacks look like this;
// docs/real-samples.md is about that.
#include <gtest/gtest.h>

#include <unistd.h>

#include "range/evidence.h"
#include "range/scenarios.h"
#include "tests/app/truth_check.h"

namespace afterpatch::app {
namespace {

class Scenario : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("afterpatch_scenario_" + std::to_string(::getpid()) + GetParam());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_P(Scenario, VerdictIsTheTruthForEverySeed) {
  for (std::uint64_t seed = 1; seed <= seed_count(); ++seed) {
    SCOPED_TRACE(GetParam() + " seed " + std::to_string(seed));
    const auto truth = range::make_evidence({.scenario = GetParam(), .seed = seed, .folder = folder_});
    ASSERT_TRUE(truth) << to_string(truth.error());
    const auto report = hunt_tree(folder_ / "tree");
    ASSERT_TRUE(report) << to_string(report.error());
    ASSERT_EQ(report->servers.size(), 1U);
    expect_truth(report->servers[0], *truth);
    expect_one_screen(*report);
    EXPECT_TRUE(report->rules.refused.empty());
  }
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const range::Scenario& scenario : range::scenarios()) {
    if (scenario.season == &range::kProxyLogon) names.emplace_back(scenario.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Range, Scenario, testing::ValuesIn(scenario_names()),
                         [](const auto& tested) { return test_name(tested.param); });

}  // namespace
}  // namespace afterpatch::app

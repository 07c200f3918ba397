#include <unistd.h>

// Ctrl-C: a hunt that was ended early says what it has, and never that all is well.
#include "app/interrupt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "app/exit_status.h"
#include "app/hunt.h"
#include "app/hunt_command.h"
#include "assess/hunt_report.h"
#include "detect/engine.h"
#include "knowledge/catalogue.h"
#include "range/evidence.h"
#include "report/terminal.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(InterruptGuard, FirstSignalAsksTheWorkToEnd) {
  for (const int number : {SIGINT, SIGTERM}) {
    Progress progress;
    const InterruptGuard guard(progress);
    EXPECT_FALSE(progress.cancelled);
    ::raise(number);
    EXPECT_TRUE(progress.cancelled);
  }
}

TEST(InterruptGuardDeathTest, SecondSignalEndsAtOnce) {
  EXPECT_EXIT(
      {
        Progress progress;
        const InterruptGuard guard(progress);
        ::raise(SIGTERM);
        ::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "afterpatch: stopping");
}

TEST(InterruptGuard, LeavesIgnoredSignalsIgnoredAndGivesBackWhatItFound) {
  struct sigaction ignore{};
  struct sigaction before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGINT, &ignore, &before);
  Progress progress;
  {
    const InterruptGuard guard(progress);
    ::raise(SIGINT);
    EXPECT_FALSE(progress.cancelled);
  }
  struct sigaction after{};
  ::sigaction(SIGINT, &before, &after);
  EXPECT_EQ(after.sa_handler, SIG_IGN);
}

class InterruptedHunt : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("afterpatch_interrupted_" + std::to_string(::getpid()) + GetParam());
    std::filesystem::remove_all(folder_);
    ASSERT_TRUE(range::make_evidence({.scenario = GetParam(), .seed = 3, .folder = folder_}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> sources() const { return {(folder_ / "tree").string()}; }

  // A hunt that was cancelled while it listed its last file, as if it had been so a moment later.
  assess::HuntReport hunted_in_no_time() const {
    const auto loaded =
        knowledge::load_campaign(knowledge::find_knowledge({}).value(), "exchange-2021-proxylogon").value();
    detect::EngineOptions options;
    options.campaigns = {loaded.campaign};
    options.product = loaded.product;
    auto engine = detect::Engine::make(options).value();
    Progress progress;
    progress.cancelled = true;
    auto findings = engine.first_pass(evidence::take_inventory(sources()).value(), progress);
    return assess::make_hunt_report(std::move(findings), {loaded.campaign}, *loaded.product, {});
  }

  std::filesystem::path folder_;
};

TEST_P(InterruptedHunt, SaysHowFarItCameAndRulesNothingOut) {
  const assess::HuntReport report = hunted_in_no_time();
  ASSERT_TRUE(report.interrupted);
  EXPECT_EQ(report.interrupted->stage, "logs");
  EXPECT_EQ(report.interrupted->bytes_read, 0U);
  EXPECT_GT(report.interrupted->bytes_total, 0U);
  EXPECT_TRUE(report.servers[0].verdict.partial);
  EXPECT_FALSE(report.servers[0].verdict.coverage_sufficient);
  const std::string text = report::terminal_text(report, {});
  EXPECT_THAT(text, HasSubstr("Can't tell: the hunt was interrupted"));
  EXPECT_THAT(text, Not(HasSubstr("no evidence")));
  EXPECT_THAT(text, Not(HasSubstr("No back door was found in the web folders")));
}

TEST_P(InterruptedHunt, BeforeAnythingWasReadIsAnErrorOfItsOwn) {
  Progress progress;
  progress.cancelled = true;
  HuntOptions options;
  options.sources = sources();
  const auto report = hunt(options, progress);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().what, HasSubstr("nothing to report"));
}

INSTANTIATE_TEST_SUITE_P(Range, InterruptedHunt, testing::Values("clean", "backdoored-present"),
                         [](const auto& scenario) {
                           return std::string(scenario.param) == "clean" ? "Clean" : "Backdoored";
                         });

}  // namespace
}  // namespace afterpatch::app

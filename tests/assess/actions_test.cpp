#include "assess/actions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

knowledge::Campaign campaign_with(std::vector<std::string> when, std::string text,
                                  std::vector<std::string> commands) {
  knowledge::Campaign campaign;
  knowledge::GuideStep step;
  step.id = "step";
  step.when = std::move(when);
  step.text = std::move(text);
  step.commands = std::move(commands);
  campaign.guide = {step};
  return campaign;
}

ServerReport backdoored(const std::string& path) {
  ServerReport report;
  report.verdict.compromise = Compromise::backdoored;
  report.names = {"MAIL01"};
  Door door;
  door.path = path;
  door.presence = Presence::present;
  door.confidence = Confidence::likely;
  report.doors = {door};
  Run run;
  run.client = hand_made::kIntruder;
  run.outcome = RunOutcome::session;
  run.confidence = detect::Confidence::likely;
  report.runs = {run};
  return report;
}

TEST(Actions, PlaceholdersAreFilledAndQuotedInCommands) {
  const auto campaign =
      campaign_with({"backdoored"}, "On {server}: {door_paths}, {attacker_addresses}, {first_evidence}.",
                    {"Move-Item @({door_paths})", "Select-String -Pattern {attacker_addresses}"});
  const auto actions = fitting_actions(backdoored("\\inetpub\\wwwroot\\x y.aspx"), campaign);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].text, "On MAIL01: \\inetpub\\wwwroot\\x y.aspx, 203.0.113.21, no time known.");
  EXPECT_THAT(actions[0].commands, ElementsAre("Move-Item @('\\inetpub\\wwwroot\\x y.aspx')",
                                               "Select-String -Pattern '203.0.113.21'"));
}

TEST(Actions, ANameThatCouldBreakOutOfItsQuotesIsKeptOutOfCommands) {
  const auto campaign =
      campaign_with({"backdoored"}, "{door_paths}", {"Move-Item @({door_paths})", "iisreset"});
  for (const char* name :
       {"\\a'; calc '.aspx", "\\a\n.aspx", "\\a\xe2\x80\x99.aspx", "\\a\".aspx", "\\a\x1b.aspx"}) {
    const auto actions = fitting_actions(backdoored(name), campaign);
    EXPECT_THAT(actions[0].commands, ElementsAre("iisreset")) << name;
  }
}

// A server that was hit in March and in August is cleaned once, of everything.
TEST(Actions, NameWhatOtherWavesLeftOnTheSameServer) {
  auto campaign = campaign_with({"backdoored"}, "{door_paths}; {attacker_addresses}; {first_evidence}",
                                {"Move-Item @({door_paths})"});
  ServerReport august = backdoored("\\inetpub\\wwwroot\\august.aspx");
  august.first_evidence = hand_made::at("2021-08-24 11:58:00");
  ServerReport march = backdoored("\\inetpub\\wwwroot\\march.aspx");
  march.first_evidence = hand_made::at("2021-03-03 06:49:00");
  march.runs[0].client = hand_made::kSecondIntruder;
  const auto actions = fitting_actions(august, campaign, {&march});
  EXPECT_EQ(actions[0].text,
            "\\inetpub\\wwwroot\\august.aspx, \\inetpub\\wwwroot\\march.aspx; 198.51.100.77, 203.0.113.21; "
            "2021-03-03 06:49 UTC");
  EXPECT_THAT(actions[0].commands,
              ElementsAre("Move-Item @('\\inetpub\\wwwroot\\august.aspx','\\inetpub\\wwwroot\\march.aspx')"));
}

TEST(Actions, ForMailThatAnotherWaveReadAreToldToo) {
  ServerReport march;
  march.verdict.mail_accessed = true;
  const auto campaign = campaign_with({"mail-accessed"}, "", {});
  EXPECT_TRUE(fitting_actions(ServerReport(), campaign).empty());
  EXPECT_EQ(fitting_actions(ServerReport(), campaign, {&march}).size(), 1U);
}

TEST(Actions, AValueIsNeverTakenForAPlaceholder) {
  const auto campaign = campaign_with({"always"}, "{door_paths}", {});
  EXPECT_EQ(fitting_actions(backdoored("\\{server}.aspx"), campaign)[0].text, "\\{server}.aspx");
}

TEST(Actions, BracesOfPowerShellStay) {
  const auto campaign = campaign_with({"always"}, "", {"Where-Object { $_.Name }"});
  EXPECT_THAT(fitting_actions(ServerReport(), campaign)[0].commands, ElementsAre("Where-Object { $_.Name }"));
}

std::size_t fitting(const Verdict& verdict, const std::string& condition) {
  ServerReport report;
  report.verdict = verdict;
  return fitting_actions(report, campaign_with({condition}, "", {})).size();
}

TEST(Actions, NoEvidenceWithoutCoverageIsCantTell) {
  Verdict verdict;
  EXPECT_EQ(fitting(verdict, "no-evidence"), 0U);
  EXPECT_EQ(fitting(verdict, "can't-tell"), 1U);
  verdict.coverage_sufficient = true;
  EXPECT_EQ(fitting(verdict, "no-evidence"), 1U);
  EXPECT_EQ(fitting(verdict, "can't-tell"), 0U);
}

TEST(Actions, AnUnknownBuildIsTreatedAsUnpatched) {
  Verdict verdict;
  EXPECT_EQ(fitting(verdict, "unpatched"), 1U);
  verdict.exposure = Exposure::patched;
  EXPECT_EQ(fitting(verdict, "unpatched"), 0U);
  EXPECT_EQ(fitting(verdict, "patched"), 1U);
}

TEST(Actions, TheCampaignsGuideGivesThreeThingsToDoNow) {
  const auto& campaign = *hand_made::loaded().campaign;
  for (const auto state :
       {Compromise::probed, Compromise::exploited, Compromise::backdoored, Compromise::re_entered}) {
    ServerReport report = backdoored("\\x.aspx");
    report.verdict.compromise = state;
    const auto actions = fitting_actions(report, campaign);
    EXPECT_EQ(std::count_if(actions.begin(), actions.end(), [](const Action& a) { return a.now; }), 3)
        << to_string(state);
    for (const Action& action : actions) {
      EXPECT_THAT(action.text, testing::Not(HasSubstr("{door_paths}")));
      for (const auto& command : action.commands)
        EXPECT_THAT(command, testing::Not(HasSubstr("{attacker_addresses}")));
    }
  }
}

}  // namespace
}  // namespace afterpatch::assess

#include "assess/hunt_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/attribution.h"
#include "assess/hand_made.h"
#include "knowledge/catalogue.h"

namespace afterpatch::assess {
namespace {

using hand_made::at;
using testing::HasSubstr;
using testing::Not;
using HandMade = hand_made::Evidence;

constexpr const char* kLogon = "exchange-2021-proxylogon";
constexpr const char* kShell = "exchange-2021-proxyshell";
constexpr const char* kOther = "exchange-other";

HuntReport hunt(const HandMade& evidence) {
  static const auto loaded =
      knowledge::load_campaigns(AFTERPATCH_SOURCE_DIR "/knowledge", {kOther, kLogon, kShell}).value();
  detect::Findings findings = evidence.findings;
  return make_hunt_report(std::move(findings), loaded.campaigns, *loaded.product, {});
}

// Only the registry is there: it names the update of March 2021 for CU18, which came out after
// CVE-2020-0688 had been fixed. So it tells that ProxyLogon was open until then, and nothing else.
TEST(HuntReport, WithTheRegistryAloneTellsOfTheWaveWhosePatchItNames) {
  HandMade evidence;
  detect::InstalledProgram update;
  update.name = "Security Update for Exchange Server 2016 Cumulative Update 18 (KB5000871)";
  update.day = "20210305";
  update.written = at("2021-03-05 17:13:00");
  evidence.findings.installed_programs = {update};
  const HuntReport report = hunt(evidence);
  EXPECT_EQ(report.campaign, kLogon);
  EXPECT_EQ(report.servers[0].patched_at, at("2021-03-05 17:13:00"));
  for (const HuntReport& other : report.other_campaigns) {
    EXPECT_FALSE(other.servers[0].patched_at) << other.campaign;
    EXPECT_THAT(hand_made::answer(other.servers[0], "exposed").text, Not(HasSubstr("open until")))
        << other.campaign;
  }
}

TEST(HuntReport, OfNothingAtAllTellsOfTheNewestWave) {
  const HuntReport report = hunt(HandMade());
  EXPECT_EQ(report.campaign, kShell);
  EXPECT_EQ(report.other_campaigns.back().campaign, kOther);
}

// Whatever campaign a door was given to, its file must be moved away by the guide that people read.
TEST(HuntReport, GuidesNameTheDoorsOfEveryWave) {
  HandMade evidence;
  evidence.file("\\inetpub\\wwwroot\\aspnet_client\\march.aspx", "2021-03-03 07:00:00",
                detect::RuleKind::yara, Confidence::confirmed);
  auto& august = evidence.file("\\inetpub\\wwwroot\\aspnet_client\\august.aspx", "2021-08-24 07:00:00",
                               detect::RuleKind::yara, Confidence::confirmed);
  for (detect::Detection& d : evidence.findings.detections) d.campaign = kLogon;
  august.campaign = kShell;
  const HuntReport report = hunt(evidence);
  const auto remove = std::ranges::find(report.servers[0].actions, "remove-doors", &Action::id);
  ASSERT_NE(remove, report.servers[0].actions.end());
  EXPECT_THAT(remove->text, HasSubstr("march.aspx"));
  EXPECT_THAT(remove->text, HasSubstr("august.aspx"));
}

}  // namespace
}  // namespace afterpatch::assess

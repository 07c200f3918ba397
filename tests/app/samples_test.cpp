// What is said of real data (docs/real-samples.md). Skipped, saying so, where the samples are not at hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "app/hunt.h"
#include "base/text.h"

namespace afterpatch::app {
namespace {

using assess::Compromise;
using assess::Confidence;
using assess::Exposure;
using assess::Presence;
using assess::ServerReport;

std::filesystem::path samples() {
  const char* chosen = std::getenv("AFTERPATCH_SAMPLES");
  return chosen != nullptr ? chosen : std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "../shared/samples";
}

class Samples : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(samples()))
      GTEST_SKIP() << "no samples at " << samples() << "; set AFTERPATCH_SAMPLES";
  }
  static assess::HuntReport hunted(const std::string& name) {
    Progress progress;
    HuntOptions options;
    options.sources = {(samples() / name).string()};
    const auto report = hunt(options, progress);
    EXPECT_TRUE(report) << (report ? "" : to_string(report.error()));
    return report.value_or(assess::HuntReport{});
  }
  static ServerReport server(const std::string& name) { return hunted(name).servers.at(0); }
};

TEST_F(Samples, NorwegianVictimComesOutAsItsOwnerTellsIt) {
  const ServerReport report = server("helsecert_real_incident_2021-03.md");
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::confirmed);
  EXPECT_EQ(report.verdict.exposure, Exposure::unknown);
  EXPECT_FALSE(report.verdict.coverage_sufficient);
  ASSERT_TRUE(report.first_evidence);
  EXPECT_EQ(to_minute_text(*report.first_evidence), "2021-03-03 06:49 UTC");
}

TEST_F(Samples, NorwegianVictimWasAttackedTwiceByOneAddress) {
  const ServerReport report = server("helsecert_real_incident_2021-03.md");
  ASSERT_EQ(report.runs.size(), 2U);
  for (const auto& run : report.runs) {
    EXPECT_EQ(run.client, "130.255.189.21");
    EXPECT_EQ(run.outcome, assess::RunOutcome::write_proven);
  }
  EXPECT_EQ(to_minute_text(report.runs[0].start), "2021-03-03 06:49 UTC");
  EXPECT_EQ(to_minute_text(report.runs[1].start), "2021-03-03 06:59 UTC");
}

TEST_F(Samples, NorwegianVictimsShellAnsweredOutsidersAndWasGoneOnTheEighth) {
  const ServerReport report = server("helsecert_real_incident_2021-03.md");
  const auto door = std::find_if(report.doors.begin(), report.doors.end(), [](const auto& candidate) {
    return equals_ignoring_case(candidate.url, "/owa/auth/RedirSuiteServerProxy.aspx");
  });
  ASSERT_NE(door, report.doors.end());
  EXPECT_EQ(door->presence, Presence::removed);
  ASSERT_TRUE(door->first_answered && door->last_answered && door->removed_before);
  EXPECT_EQ(to_date_text(*door->first_answered), "2021-03-05");
  EXPECT_EQ(to_date_text(*door->last_answered), "2021-03-06");
  EXPECT_EQ(to_date_text(*door->removed_before), "2021-03-08");
  EXPECT_FALSE(door->re_entered) << "visitors who only looked are not a re-entry";
}

TEST_F(Samples, TwoRowsWithoutAnyHeaderAreEnoughToSeeTheAttack) {
  const ServerReport report = server("wazuh_exchange_proxylogon_lines.txt");
  EXPECT_GE(report.verdict.compromise, Compromise::exploited);
  EXPECT_EQ(report.verdict.exposure, Exposure::unpatched);
  ASSERT_TRUE(report.first_evidence);
  EXPECT_EQ(to_minute_text(*report.first_evidence), "2021-04-06 14:54 UTC");
}

TEST_F(Samples, HarmlessProductionLinesAreNoEvidenceButCanNotTellEither) {
  for (const char* name :
       {"kinesis_agent_exchange_log_lines.txt", "artefacts_help_exchange_log_formats.md"}) {
    const ServerReport report = server(name);
    EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence) << name;
    EXPECT_FALSE(report.verdict.coverage_sufficient) << name;
  }
}

// A laboratory's ProxyShell: a session with a forged token, and an export into a web folder that failed.
TEST_F(Samples, ProxyShellOfALaboratoryIsTold) {
  const assess::HuntReport hunt = hunted("proxyshell_rps_http_and_cmdlet_lines.txt");
  EXPECT_EQ(hunt.campaign, "exchange-2021-proxyshell");
  const ServerReport& report = hunt.servers.at(0);
  EXPECT_EQ(report.verdict.compromise, Compromise::exploited);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::confirmed);
  ASSERT_FALSE(report.runs.empty());
  EXPECT_EQ(report.runs[0].outcome, assess::RunOutcome::write_attempted);
  ASSERT_EQ(report.runs[0].accounts.size(), 1U);
  EXPECT_NE(report.runs[0].accounts[0].find("Jones@contoso.com, acting as S-1-5-21-"), std::string::npos);
  EXPECT_NE(report.runs[0].accounts[0].find("built-in administrator"), std::string::npos);
  for (const assess::HuntReport& other : hunt.other_campaigns)
    EXPECT_EQ(other.servers.at(0).verdict.compromise, Compromise::no_evidence) << other.campaign;
}

TEST_F(Samples, BuildsAreReadOutOfRealRows) {
  // Rows of January 2023 with a build of before November 2022: told of the campaign whose days they are.
  const assess::HuntReport formats = hunted("artefacts_help_exchange_log_formats.md");
  EXPECT_EQ(formats.campaign, "exchange-2022-proxynotshell");
  EXPECT_EQ(formats.servers.at(0).verdict.exposure, Exposure::unpatched);
  for (const assess::HuntReport& other : formats.other_campaigns) {
    const bool open =
        other.campaign == "exchange-other";  // CVE-2021-42321, closed by the update of November 2021
    EXPECT_EQ(other.servers.at(0).verdict.exposure, open ? Exposure::unpatched : Exposure::patched)
        << other.campaign;
  }
  EXPECT_EQ(server("proxyshell_rps_http_and_cmdlet_lines.txt").verdict.exposure, Exposure::unsupported);
}

TEST_F(Samples, EventLogsAreCountedAndNotGuessedAt) {
  const auto report = hunted("evtx");
  EXPECT_GE(report.files_by_kind.at("evtx"), 20U);
  EXPECT_EQ(report.servers.at(0).verdict.compromise, Compromise::no_evidence);
}

}  // namespace
}  // namespace afterpatch::app

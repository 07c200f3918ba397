// Each state of docs/verdict.md, and each false alarm that other tools are known for.
#include "assess/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/doors.h"
#include "assess/hand_made.h"
#include "assess/wording.h"

namespace afterpatch::assess {
namespace {

using detect::Confidence;
using detect::RuleKind;
using detect::Step;
using hand_made::answer;
using hand_made::at;
using hand_made::Evidence;
using hand_made::kDoorUrl;
using hand_made::kIntruder;
using hand_made::kSecondIntruder;
using hand_made::kSecondSweeper;
using hand_made::kSweeper;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kDoorFile = "\\frontend\\httpproxy\\owa\\auth\\redirsuiteserverproxy.aspx";

void expect_well_formed(const ServerReport& report) {
  ASSERT_EQ(report.answers.size(), 6U);
  for (const Answer& one : report.answers) {
    EXPECT_LE(one.text.size(), kMaxAnswerBytes) << one.text;
    EXPECT_FALSE(one.text.empty()) << one.question;
    EXPECT_THAT(one.text, Not(HasSubstr("clean "))) << one.question;
    EXPECT_THAT(one.text, Not(HasSubstr("safe"))) << one.question;
    for (const std::size_t index : one.evidence) EXPECT_LT(index, report.detections.size());
  }
  for (const std::size_t index : report.verdict.evidence) EXPECT_LT(index, report.detections.size());
}

// --- no evidence, and when that may be said
// ---------------------------------------------------------------------

TEST(Verdict, NothingFoundInFullLogsIsNoEvidence) {
  const ServerReport report = Evidence().whole_window().report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
  EXPECT_TRUE(report.verdict.coverage_sufficient);
  EXPECT_THAT(answer(report, "exploited").text, HasSubstr("No trace of an attack"));
}

TEST(Verdict, NothingFoundInLogsThatBeginAfterTheWindowIsCantTell) {
  const ServerReport report =
      Evidence().logs("2021-05-02 00:00:00", "2021-06-10 00:00:00", hand_made::kPatched).report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
  EXPECT_FALSE(report.verdict.coverage_sufficient);
  EXPECT_THAT(answer(report, "exploited").text, HasSubstr("Can't tell"));
  EXPECT_THAT(answer(report, "mail").text, HasSubstr("Can't tell"));
}

TEST(Verdict, NoLogsAtAllIsCantTell) {
  const ServerReport report = Evidence().report();
  expect_well_formed(report);
  EXPECT_FALSE(report.verdict.coverage_sufficient);
  EXPECT_EQ(report.verdict.exposure, Exposure::unknown);
  EXPECT_THAT(answer(report, "exposed").text, HasSubstr("Can't tell"));
  EXPECT_THAT(answer(report, "left-behind").text, HasSubstr("Can't tell"));
  EXPECT_THAT(answer(report, "unknowns").text, HasSubstr("none here"));
}

TEST(Verdict, AGapOverTheCrucialDaysIsCantTell) {
  Evidence evidence;
  evidence.logs("2020-12-20 00:00:00", "2021-03-01 00:00:00")
      .logs("2021-03-07 00:00:00", "2021-05-10 00:00:00", hand_made::kPatched);
  const ServerReport report = evidence.report();
  EXPECT_FALSE(report.verdict.coverage_sufficient);
  EXPECT_THAT(answer(report, "exploited").text, HasSubstr("Can't tell"));
}

TEST(Verdict, AMitigationStandsBesideTheExposure) {
  Evidence evidence;
  evidence.whole_window("");
  auto& rewrite = evidence.file("\\inetpub\\wwwroot\\web.config", "2021-03-16 10:00:00", RuleKind::yara,
                                Confidence::likely);
  rewrite.step = Step::mitigation;
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_TRUE(report.verdict.mitigated);
  EXPECT_EQ(report.verdict.mitigation_confidence, Confidence::likely);
  EXPECT_EQ(report.verdict.exposure, Exposure::unpatched);
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
  EXPECT_THAT(answer(report, "exposed").text, HasSubstr("mitigation"));
}

TEST(Verdict, AnInterruptedHuntRulesNothingOut) {
  for (const char* stage : {"logs", "files", "traces"}) {
    Evidence evidence;
    evidence.whole_window();
    evidence.findings.interrupted = {stage, 10, 100};
    const ServerReport report = evidence.report();
    expect_well_formed(report);
    EXPECT_TRUE(report.verdict.partial);
    EXPECT_FALSE(report.verdict.coverage_sufficient);
    for (const char* question : {"exploited", "left-behind", "returned", "mail"})
      EXPECT_THAT(answer(report, question).text, HasSubstr("Can't tell")) << question;
    EXPECT_THAT(answer(report, "unknowns").text, HasSubstr("Run it again"));
  }
}

TEST(Verdict, AnInterruptedHuntKeepsWhatItFound) {
  Evidence evidence;
  evidence.whole_window().chain("2021-03-03 06:49:42", kIntruder);
  evidence.findings.interrupted = {"logs", 10, 100};
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.doors.at(0).presence, Presence::unknown);
}

TEST(Verdict, RulesOfTheUserAndContextNeverDecide) {
  Evidence evidence;
  evidence.whole_window();
  evidence.proxy(Step::context, "2021-03-03 06:49:42", kIntruder, "/x").campaign = "exchange-2021-proxylogon";
  evidence.proxy(Step::exploit, "2021-03-03 06:49:43", kIntruder, "/x").campaign.clear();
  evidence.file(kDoorFile, "2021-03-03 07:00:00", RuleKind::yara, Confidence::confirmed).campaign.clear();
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::no_evidence);
}

TEST(Verdict, AWeakIndicatorNeverDecides) {
  Evidence evidence;
  evidence.whole_window();
  auto& address = evidence.proxy(Step::exploit, "2021-03-03 06:49:42", kIntruder, "/x");
  address.rule_kind = RuleKind::indicator;
  address.confidence = Confidence::possible;
  evidence.file("\\programdata\\it.zip", "2021-03-03 07:00:00", RuleKind::indicator, Confidence::possible);
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::no_evidence);
}

// --- probed
// ------------------------------------------------------------------------------------------------------

TEST(Verdict, AnAutodiscoverOnlyProbeIsProbed) {
  Evidence evidence;
  evidence.whole_window();
  evidence.proxy(Step::probe, "2021-03-03 06:49:42", kIntruder, "/autodiscover/autodiscover.xml?#", "500");
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::probed);
  EXPECT_THAT(answer(report, "exploited").text, HasSubstr("no sign that it worked"));
  EXPECT_FALSE(report.first_evidence.has_value());
}

TEST(Verdict, ASweepThatOnlyMissesIsProbed) {
  Evidence evidence;
  evidence.whole_window();
  for (int i = 0; i < 20; ++i) {
    evidence.door_request("2021-03-06 17:27:45", kSweeper, "/owa/auth/foreign" + std::to_string(i) + ".aspx",
                          302);
  }
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::probed);
  EXPECT_TRUE(report.doors.empty());
}

TEST(Verdict, ASinglePossibleMatchOfUseIsOnlyProbed) {
  Evidence evidence;
  evidence.whole_window();
  evidence.row("iis-w3c", Step::exploit, "2021-03-05 01:00:00", kSweeper,
               {{"method", "POST"}, {"path", "/ecp/x.js"}}, Confidence::possible);
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::probed);
}

// --- exploited
// ---------------------------------------------------------------------------------------------------

TEST(Verdict, AForgedRequestThatReachedTheInsideIsExploited) {
  Evidence evidence;
  evidence.whole_window();
  evidence.proxy(Step::exploit, "2021-03-01 06:49:42", kIntruder, "/mapi/emsmdb/?#");
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::exploited);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::likely);
  EXPECT_EQ(report.first_evidence, at("2021-03-01 06:49:42"));
  EXPECT_THAT(answer(report, "exploited").text, HasSubstr("before the flaws were public"));
}

TEST(Verdict, ASessionWithObjectCallsIsConfirmedExploitation) {
  const ServerReport report =
      Evidence().whole_window().chain("2021-03-03 06:49:42", kIntruder, /*with_write=*/false).report();
  EXPECT_EQ(report.verdict.compromise, Compromise::exploited);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::confirmed);
  EXPECT_TRUE(report.doors.empty());
}

TEST(Verdict, ExploitationIsSaidEvenWhereCoverageIsPoor) {
  Evidence evidence;
  evidence.logs("2021-03-03 06:00:00", "2021-03-03 09:00:00").chain("2021-03-03 06:49:42", kIntruder, false);
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::exploited);
}

TEST(Verdict, RowsWithoutTimeStillCount) {
  Evidence evidence;
  evidence.whole_window();
  evidence.proxy(Step::exploit, "2021-03-03 06:49:42", kIntruder, "/mapi/emsmdb/?#").time.reset();
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::exploited);
  EXPECT_TRUE(report.runs.empty());
}

TEST(Verdict, UseAfterThePatchIsSaidToBeOdd) {
  const ServerReport report =
      Evidence().whole_window("2021-03-03 12:00:00").chain("2021-03-20 06:49:42", kIntruder, false).report();
  EXPECT_THAT(answer(report, "exploited").text, HasSubstr("after a fixed build was first seen"));
  EXPECT_THAT(report.notes, testing::Contains(HasSubstr("the update failed in part")));
}

// --- false alarms about virtual directories
// -------------------------------------------------------------------------

TEST(Verdict, AnAdministratorsResetOfAVirtualDirectoryIsNoEvidence) {
  Evidence evidence;
  evidence.whole_window();
  for (const char* command :
       {"Remove-OABVirtualDirectory.Force=$true", "New-OABVirtualDirectory.WebSiteName='Default Web Site'",
        "Set-OabVirtualDirectory.ExternalUrl='https://mail.example.org/OAB'"}) {
    evidence.row("ecp-server", Step::context, "2021-03-12 10:00:00", "", {{"command", command}},
                 Confidence::possible);
  }
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::no_evidence);
}

// --- backdoored
// --------------------------------------------------------------------------------------------------

TEST(Verdict, AProvenWriteWithoutANameIsALikelyDoor) {
  const ServerReport report = Evidence().whole_window().chain("2021-03-03 06:49:42", kIntruder).report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::likely);
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].presence, Presence::unknown);
  EXPECT_EQ(report.doors[0].planted, at("2021-03-03 06:49:53"));
  EXPECT_EQ(report.doors[0].planted_client, kIntruder);
}

TEST(Verdict, ADoorFileIsPresent) {
  Evidence evidence;
  evidence.whole_window().chain("2021-03-03 06:49:42", kIntruder).web_folders({"/owa/auth"});
  evidence.file(kDoorFile, "2021-03-03 06:50:08", RuleKind::web_content, Confidence::confirmed);
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::confirmed);
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].presence, Presence::present);
  EXPECT_EQ(report.doors[0].url, kDoorUrl);
  EXPECT_EQ(report.doors[0].planted, at("2021-03-03 06:49:53"));
  EXPECT_THAT(report.doors[0].planted_by, HasSubstr("Set-OabVirtualDirectory"));
  EXPECT_THAT(answer(report, "left-behind").text, HasSubstr("still there"));
}

TEST(Verdict, AnUnknownPageAloneIsWorthALookAndNoMore) {
  Evidence evidence;
  evidence.whole_window().web_folders({"/owa/auth"});
  evidence.file(kDoorFile, "2021-03-03 06:50:08", RuleKind::placement, Confidence::possible);
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
  EXPECT_THAT(answer(report, "left-behind").text, HasSubstr("Look at 1 odd page"));
}

TEST(Verdict, PlaceAndContentTogetherMakeADoorLikely) {
  Evidence evidence;
  evidence.whole_window();
  evidence.file(kDoorFile, "2021-03-03 06:50:08", RuleKind::placement, Confidence::possible);
  evidence.file(kDoorFile, "2021-03-03 06:50:08", RuleKind::yara, Confidence::possible);
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::likely);
  EXPECT_EQ(report.doors.size(), 1U);
}

TEST(Verdict, ADeletedShellIsStillABackdoor) {
  Evidence evidence;
  evidence.whole_window().chain("2021-03-03 06:49:42", kIntruder).web_folders({"/ecp/auth", "/owa/auth"});
  evidence.door_request("2021-03-05 03:06:27", kSweeper, kDoorUrl, 200);
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].presence, Presence::removed);
  EXPECT_THAT(answer(report, "left-behind").text, HasSubstr("no longer there"));
}

TEST(Verdict, ACompiledTraceProvesADoorWhoseFileIsGone) {
  Evidence evidence;
  evidence.whole_window().web_folders({"/aspnet_client"});
  auto& trace = evidence.file("\\temporary asp.net files\\root\\a\\b\\x.aspx.1.compiled",
                              "2021-03-03 08:00:00", RuleKind::placement, Confidence::likely);
  trace.step = Step::backdoor_trace;
  trace.fields = {{"path", "/aspnet_client/x.aspx"}};
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].url, "/aspnet_client/x.aspx");
  EXPECT_EQ(report.doors[0].presence, Presence::removed);
}

TEST(Verdict, AFileTimeThatWasSetBackIsSaidAndNotBelieved) {
  Evidence evidence;
  evidence.whole_window().chain("2021-03-03 06:49:42", kIntruder);
  evidence.file(kDoorFile, "2019-05-01 12:00:00", RuleKind::web_content, Confidence::confirmed);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].planted, at("2021-03-03 06:49:53"));
  EXPECT_THAT(report.doors[0].reasons, testing::Contains(HasSubstr("it was set back")));
  EXPECT_EQ(report.first_evidence, at("2021-03-03 06:49:42"));
}

TEST(Verdict, TwoIntrudersGetTheirOwnDoors) {
  Evidence evidence;
  evidence.whole_window()
      .chain("2021-03-03 06:49:42", kIntruder)
      .chain("2021-03-05 20:00:00", kSecondIntruder);
  evidence.file(kDoorFile, "2021-03-03 06:50:08", RuleKind::web_content, Confidence::confirmed);
  evidence.file("\\inetpub\\wwwroot\\aspnet_client\\b.aspx", "2021-03-05 20:00:20", RuleKind::web_content,
                Confidence::confirmed);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.size(), 2U);
  EXPECT_EQ(report.doors[0].planted_client, kIntruder);
  EXPECT_EQ(report.doors[1].planted_client, kSecondIntruder);
  EXPECT_EQ(report.doors[1].planted, at("2021-03-05 20:00:11"));
}

// --- re-entered
// --------------------------------------------------------------------------------------------------

class ReEntry : public testing::Test {
 protected:
  // The rule that sees an answer of a page that no build ships fires once; the pivot on its path then counts
  // all requests.
  ReEntry() {
    evidence_.whole_window().chain("2021-03-03 06:49:42", kIntruder);
    evidence_.file(kDoorFile, "2021-03-03 06:50:08", RuleKind::web_content, Confidence::confirmed);
  }
  Evidence evidence_;
};

TEST_F(ReEntry, ThePlantersOwnCheckIsNone) {
  evidence_.requests(kDoorUrl, kIntruder, "POST", 200, 3, "2021-03-03 06:50:10", "2021-03-03 06:58:00");
  const ServerReport report = evidence_.report();
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_TRUE(report.doors[0].visitors[0].planter);
  EXPECT_FALSE(report.doors[0].visitors[0].effective);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
}

TEST_F(ReEntry, ThePlanterComingBackLaterIsOne) {
  evidence_.requests(kDoorUrl, kIntruder, "POST", 200, 30, "2021-03-03 06:50:10", "2021-03-04 11:00:00");
  const ServerReport report = evidence_.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::re_entered);
  EXPECT_THAT(answer(report, "returned").text, HasSubstr("30 answered requests"));
}

TEST_F(ReEntry, APostOfAnotherClientIsOneAtOnce) {
  evidence_.requests(kDoorUrl, kIntruder, "GET", 200, 1, "2021-03-03 06:50:10", "2021-03-03 06:50:10");
  evidence_.requests(kDoorUrl, kSecondIntruder, "POST", 200, 4, "2021-03-03 06:52:00", "2021-03-03 06:52:30");
  EXPECT_EQ(evidence_.report().verdict.compromise, Compromise::re_entered);
}

TEST_F(ReEntry, PlainGetsOfSweepersAreNone) {
  evidence_.requests(kDoorUrl, kSweeper, "GET", 200, 12, "2021-03-05 03:06:27", "2021-03-09 03:06:27");
  const ServerReport report = evidence_.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_FALSE(report.doors[0].visitors[0].effective);
  EXPECT_THAT(answer(report, "returned").text, HasSubstr("No sign of it"));
}

TEST_F(ReEntry, AGetWithParametersOfItsOwnIsOne) {
  evidence_.requests(kDoorUrl, kSweeper, "GET", 200, 2, "2021-03-05 03:06:27", "2021-03-05 03:07:27",
                     /*with_parameters=*/2);
  EXPECT_EQ(evidence_.report().verdict.compromise, Compromise::re_entered);
}

TEST_F(ReEntry, AnswersRestOnTheRowsThatTellThem) {
  evidence_.door_request("2021-03-05 06:52:00", kSecondIntruder, kDoorUrl, 200, "POST", "a=b");
  const ServerReport report = evidence_.report();
  ASSERT_EQ(report.verdict.compromise, Compromise::re_entered);
  const auto rows_of = [&](std::string_view question) {
    std::vector<detect::Detection> rows;
    for (const std::size_t index : answer(report, question).evidence)
      rows.push_back(report.detections[index]);
    return rows;
  };
  for (const auto& row : rows_of("returned")) EXPECT_EQ(row.field("client"), kSecondIntruder);
  for (const auto& row : rows_of("left-behind"))
    EXPECT_TRUE(row.step == Step::backdoor_file || row.step == Step::write) << to_string(row.step);
}

TEST(ReEntryAfterRemoval, APostThatMissedIsNone) {
  Evidence evidence;
  evidence.whole_window().chain("2021-03-03 06:49:42", kIntruder);
  evidence.door_request("2021-03-05 03:06:27", kSweeper, kDoorUrl, 200);
  evidence.requests(kDoorUrl, kSweeper, "GET", 200, 1, "2021-03-05 03:06:27", "2021-03-05 03:06:27");
  evidence.requests(kDoorUrl, kSecondIntruder, "POST", 404, 4, "2021-03-06 06:52:00", "2021-03-06 06:52:30");
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.doors[0].presence, Presence::removed);
  EXPECT_EQ(report.doors[0].removed_before, at("2021-03-06 06:52:00"));
}

TEST_F(ReEntry, AScriptThatRanAndFailedIsOne) {
  evidence_.requests(kDoorUrl, kSweeper, "GET", 200, 1, "2021-03-04 03:06:27", "2021-03-04 03:06:27");
  evidence_.requests(kDoorUrl, kSecondIntruder, "POST", 500, 1, "2021-03-05 06:52:00", "2021-03-05 06:52:00");
  EXPECT_EQ(evidence_.report().verdict.compromise, Compromise::re_entered);
}

TEST_F(ReEntry, FiveChainsOfOneToolAreFiveRunsAndNoReEntry) {
  for (const char* start :
       {"2021-03-03 09:00:00", "2021-03-03 14:00:00", "2021-03-03 20:00:00", "2021-03-04 03:00:00"}) {
    evidence_.chain(start, kIntruder);
  }
  const ServerReport report = evidence_.report();
  EXPECT_EQ(report.runs.size(), 5U);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.doors.size(), 1U);
  EXPECT_THAT(answer(report, "exploited").text, HasSubstr("5 attack runs from 1 address"));
}

TEST(ReEntryByBalancer, AddressesInsideTellNobodyApart) {
  Evidence evidence;
  evidence.whole_window().chain("2021-03-03 06:49:42", "10.0.0.5");
  evidence.requests(kDoorUrl, "10.0.0.6", "POST", 200, 2, "2021-03-03 06:51:00", "2021-03-03 06:52:00");
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_THAT(report.notes, testing::Contains(HasSubstr("come from addresses inside")));
}

// --- the real case, in spirit
// ---------------------------------------------------------------------------------------

// A Norwegian victim of 2021 (samples: helsecert): two runs ten minutes apart, the first without SetObject
// rows in HttpProxy though the ECP log proves the write; a shell that answers sweepers on two days and is
// gone on the third.
class RealCase : public testing::Test {
 protected:
  RealCase() {
    evidence_.whole_window("2021-03-09 12:00:00")
        .chain("2021-03-03 06:49:42", kIntruder)
        .chain("2021-03-03 06:59:10", kIntruder);
    evidence_.proxy(Step::write_attempt, "2021-03-03 06:59:18", kIntruder,
                    "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory#");
    constexpr std::string_view kAppended =
        "&CorrelationID=<empty>;&cafeReqId=cde28fc4-299e-4179-b3e9-de56f5c1d9ee;&encoding=;";
    evidence_.door_request("2021-03-05 03:06:27", kSweeper, kDoorUrl, 200, "GET", kAppended);
    evidence_.door_request("2021-03-05 08:11:58", kSweeper, kDoorUrl, 200, "GET", kAppended);
    evidence_.door_request("2021-03-06 17:27:45", kSecondSweeper, kDoorUrl, 200, "GET", kAppended);
    evidence_.door_request("2021-03-06 17:27:45", kSecondSweeper, "/owa/auth/errorxx.aspx", 302);
    evidence_.door_request("2021-03-08 20:37:27", kSecondSweeper, kDoorUrl, 302, "GET", kAppended);
  }
  Evidence evidence_;
};

TEST_F(RealCase, IsBackdooredAndNotReEntered) {
  const ServerReport report = evidence_.report();
  expect_well_formed(report);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::confirmed);
  EXPECT_EQ(report.verdict.exposure, Exposure::patched);
  EXPECT_EQ(report.patched_at, at("2021-03-09 12:00:00"));
  EXPECT_EQ(report.first_evidence, at("2021-03-03 06:49:42"));
}

TEST_F(RealCase, HasTwoRunsThatBothWrote) {
  const ServerReport report = evidence_.report();
  ASSERT_EQ(report.runs.size(), 2U);
  for (const assess::Run& run : report.runs) {
    EXPECT_EQ(run.outcome, RunOutcome::write_proven);
    EXPECT_EQ(run.client, kIntruder);
    EXPECT_EQ(run.cluster_mark, "anchor a], script http://f/, parameter xyz123456");
  }
}

TEST_F(RealCase, HasOneDoorPlantedFirstAndRemovedByTheEighth) {
  const ServerReport report = evidence_.report();
  ASSERT_EQ(report.doors.size(), 1U);
  const Door& door = report.doors[0];
  EXPECT_EQ(door.planted, at("2021-03-03 06:49:53"));
  EXPECT_EQ(door.planted_client, kIntruder);
  EXPECT_EQ(door.first_answered, at("2021-03-05 03:06:27"));
  EXPECT_EQ(door.last_answered, at("2021-03-06 17:27:45"));
  EXPECT_EQ(door.removed_before, at("2021-03-08 20:37:27"));
  EXPECT_EQ(door.presence, Presence::removed);
  EXPECT_EQ(door.visitors.size(), 2U);
  for (const DoorVisitor& visitor : door.visitors) EXPECT_FALSE(visitor.effective);
}

// --- mail and credentials
// -------------------------------------------------------------------------------------------

TEST(Mail, ForgedRequestsToMailboxesAreMailAccess) {
  Evidence evidence;
  evidence.whole_window();
  evidence.proxy(Step::mail_access, "2021-01-20 02:00:00", kIntruder, "/EWS/Exchange.asmx?a=~")
      .fields.emplace_back("response-bytes", "5000");
  const ServerReport report = evidence.report();
  expect_well_formed(report);
  EXPECT_TRUE(report.verdict.mail_accessed);
  EXPECT_EQ(report.verdict.compromise, Compromise::exploited);
  ASSERT_EQ(report.mailboxes.size(), 1U);
  EXPECT_EQ(report.mailboxes[0].mailbox, "unknown");
  EXPECT_EQ(report.mailboxes[0].how, "EWS by forged request");
  EXPECT_EQ(report.mailboxes[0].response_bytes, 5000);
}

TEST(Mail, TheIisRowOfAForgedRequestIsNotASecondAccess) {
  Evidence evidence;
  evidence.whole_window();
  evidence.proxy(Step::mail_access, "2021-01-20 02:00:00.700", kIntruder, "/EWS/Exchange.asmx?a=~");
  evidence.row(
      "iis-w3c", Step::mail_access, "2021-01-20 02:00:00", kIntruder,
      {{"method", "POST"}, {"path", "/owa/auth/Current/themes/resources/logon.css"}, {"status", "200"}},
      Confidence::possible);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.mailboxes.size(), 1U);
  EXPECT_EQ(report.mailboxes[0].requests, 1U);
}

TEST(Mail, TheServersOwnLogNamesTheMailboxOfAForgedRequest) {
  Evidence evidence;
  evidence.whole_window();
  const auto ews = [&](std::string_view time, const char* mailbox) {
    evidence.row("ews", Step::mail_access, time, "", {{"action", "GetItem"}, {"impersonated", mailbox}},
                 Confidence::possible);
  };
  evidence.proxy(Step::mail_access, "2021-01-20 02:00:00.700", kIntruder, "/EWS/Exchange.asmx?a=~");
  evidence.proxy(Step::mail_access, "2021-01-20 02:00:01.900", kIntruder, "/EWS/Exchange.asmx?a=~");
  ews("2021-01-20 02:00:00.650", "one@example.org");
  ews("2021-01-20 02:00:01.800", "two@example.org");
  ews("2021-01-22 01:00:00", "archived@example.org");
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.mailboxes.size(), 3U);
  EXPECT_EQ(report.mailboxes[0].mailbox, "one@example.org");
  EXPECT_EQ(report.mailboxes[0].client, kIntruder);
  EXPECT_EQ(report.mailboxes[1].mailbox, "two@example.org");
  EXPECT_EQ(report.mailboxes[1].confidence, Confidence::likely);
  EXPECT_EQ(report.mailboxes[2].client, "");
  EXPECT_EQ(report.mailboxes[2].confidence, Confidence::possible);
  EXPECT_THAT(answer(report, "mail").text, HasSubstr("2 forged requests"));
  EXPECT_THAT(answer(report, "mail").text, HasSubstr("2 mailboxes named"));
}

TEST(Credentials, ALikelyDumpCountsAloneAndAPossibleOneOnlyInCompany) {
  Evidence alone;
  alone.whole_window();
  alone.file("\\windows\\temp\\x.dmp", "2021-03-04 00:00:00", RuleKind::placement, Confidence::possible)
      .step = Step::credential_access;
  EXPECT_FALSE(alone.report().verdict.credentials_exposed);
  alone.chain("2021-03-03 06:49:42", kIntruder);
  EXPECT_TRUE(alone.report().verdict.credentials_exposed);

  Evidence likely;
  likely.whole_window();
  likely.file("\\windows\\temp\\x.dmp", "2021-03-04 00:00:00", RuleKind::placement, Confidence::likely).step =
      Step::credential_access;
  EXPECT_TRUE(likely.report().verdict.credentials_exposed);
  EXPECT_EQ(likely.report().verdict.compromise, Compromise::no_evidence);
}

// --- requests that look like a door's

TEST(Verdict, APageThatExchangeShipsIsNoDoorWhateverAskedForIt) {
  Evidence evidence;
  evidence.whole_window();
  evidence.door_request("2021-03-05 03:06:27", kSweeper, "/owa/auth/logon.aspx", 200, "POST");
  const ServerReport report = evidence.report();
  EXPECT_TRUE(report.doors.empty());
  EXPECT_EQ(report.verdict.compromise, Compromise::probed);
}

TEST(Verdict, AnotherApplicationThatAnIntruderLookedAtIsNoDoor) {
  Evidence evidence;
  evidence.whole_window().chain("2021-03-03 06:49:42", kIntruder, false);
  evidence.requests("/intranet/default.aspx", kIntruder, "GET", 200, 1, "2021-03-03 07:00:00",
                    "2021-03-03 07:00:00");
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::exploited);
}

// --- always
// ----------------------------------------------------------------------------------------------------------

TEST(Report, DoesNotDependOnTheOrderOfDetections) {
  Evidence evidence;
  evidence.whole_window()
      .chain("2021-03-03 06:49:42", kIntruder)
      .chain("2021-03-05 20:00:00", kSecondIntruder);
  evidence.file(kDoorFile, "2021-03-03 06:50:08", RuleKind::web_content, Confidence::confirmed);
  Evidence reversed = evidence;
  std::reverse(reversed.findings.detections.begin(), reversed.findings.detections.end());
  const ServerReport a = evidence.report();
  const ServerReport b = reversed.report();
  ASSERT_EQ(a.detections.size(), b.detections.size());
  for (std::size_t i = 0; i < a.detections.size(); ++i)
    EXPECT_EQ(a.detections[i].place.offset, b.detections[i].place.offset);
  EXPECT_EQ(a.verdict.evidence, b.verdict.evidence);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(a.answers[i].text, b.answers[i].text);
}

TEST(Report, HostileNamesStayShort) {
  Evidence evidence;
  evidence.whole_window();
  const std::string url = "/owa/auth/" + std::string(3000, 'x') + "\x1b[31m.aspx";
  evidence.door_request("2021-03-05 03:06:27", kSweeper, url, 200);
  expect_well_formed(evidence.report());
}

}  // namespace
}  // namespace afterpatch::assess

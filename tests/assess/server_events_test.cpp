// What the server's own event logs add to the verdict, the doors and the answers.
#include "assess/server_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "assess/doors.h"
#include "assess/hand_made.h"
#include "assess/server_event_words.h"

namespace afterpatch::assess {
namespace {

using detect::Confidence;
using detect::Detection;
using detect::RuleKind;
using detect::Step;
using hand_made::answer;
using hand_made::at;
using hand_made::Evidence;
using hand_made::Fields;
using hand_made::kIntruder;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view kDoorFile = "\\frontend\\httpproxy\\owa\\auth\\redirsuiteserverproxy.aspx";
constexpr const char* kFoundPath =
    "file:_C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\Xx9.aspx";
constexpr std::string_view kFoundUrl = "/owa/auth/xx9.aspx";

Detection& event(Evidence& evidence, Step step, std::string_view time, Fields fields,
                 Confidence confidence = Confidence::likely) {
  return evidence.row("windows-events", step, time, "", fields, confidence);
}

Detection& execution(Evidence& evidence, std::string_view time, Confidence confidence = Confidence::likely) {
  return event(evidence, Step::execution, time,
               {{"channel", "Security"},
                {"user", "SYSTEM"},
                {"image", "C:\\Windows\\System32\\cmd.exe"},
                {"command-line", "cmd /c whoami"},
                {"parent-image", "C:\\Windows\\System32\\inetsrv\\w3wp.exe"}},
               confidence);
}

Detection& scanner_find(Evidence& evidence, std::string_view path) {
  return event(evidence, Step::backdoor_file, "2021-03-12 04:00:00",
               {{"channel", "Microsoft-Windows-Windows Defender/Operational"},
                {"threat", "Backdoor:ASP/Chopper"},
                {"path", std::string(path)}});
}

// --- one entry a record

TEST(ServerEvents, CarryWhatTheRecordTells) {
  Evidence evidence;
  evidence.whole_window();
  execution(evidence, "2021-03-05 10:12:00").fields.emplace_back("recovered", "yes");
  const ServerReport report = evidence.report();
  ASSERT_THAT(report.server_events, SizeIs(1));
  const ServerEvent& told = report.server_events[0];
  EXPECT_EQ(told.time, at("2021-03-05 10:12:00"));
  EXPECT_EQ(told.step, Step::execution);
  EXPECT_EQ(told.account, "SYSTEM");
  EXPECT_EQ(told.process, "C:\\Windows\\System32\\cmd.exe");
  EXPECT_EQ(told.command, "cmd /c whoami");
  EXPECT_EQ(told.parent, "C:\\Windows\\System32\\inetsrv\\w3wp.exe");
  EXPECT_EQ(told.channel, "Security");
  EXPECT_TRUE(told.recovered);
  ASSERT_THAT(told.evidence, SizeIs(1));
  EXPECT_EQ(report.detections.at(told.evidence[0]).field("command-line"), "cmd /c whoami");
}

TEST(ServerEvents, ARecordThatSeveralRulesMatchedIsOneNamedByTheSurest) {
  Evidence evidence;
  evidence.whole_window();
  const auto place = execution(evidence, "2021-03-05 10:12:00").place;
  Detection& surer = execution(evidence, "2021-03-05 10:12:00", Confidence::confirmed);
  surer.place = place;
  surer.title = "A web shell's command";
  const ServerReport report = evidence.report();
  ASSERT_THAT(report.server_events, SizeIs(1));
  EXPECT_EQ(report.server_events[0].what, "A web shell's command");
  EXPECT_EQ(report.server_events[0].confidence, Confidence::confirmed);
  EXPECT_THAT(report.server_events[0].evidence, SizeIs(2));
}

TEST(ServerEvents, StandInTheOrderOfTime) {
  Evidence evidence;
  evidence.whole_window();
  for (const char* time : {"2021-03-05 12:00:00", "2021-03-05 10:00:00", "2021-03-05 11:00:00"})
    execution(evidence, time);
  const ServerReport report = evidence.report();
  ASSERT_THAT(report.server_events, SizeIs(3));
  EXPECT_TRUE(std::ranges::is_sorted(report.server_events, {}, &ServerEvent::time));
}

TEST(ServerEvents, OnlyTheFirstOfEachStepAreKept) {
  Evidence evidence;
  evidence.whole_window();
  for (std::size_t i = 0; i < kMaxServerEvents + 5; ++i)
    execution(evidence, fmt::format("2021-03-05 {:02}:{:02}:00", 10 + i / 60, i % 60));
  event(evidence, Step::cleanup, "2021-03-06 10:00:00", {{"channel", "Security"}});
  const ServerReport report = evidence.report();
  EXPECT_THAT(report.server_events, SizeIs(kMaxServerEvents + 1));
  EXPECT_EQ(report.server_events.front().time, at("2021-03-05 10:00:00"));
  EXPECT_EQ(report.server_events.back().step, Step::cleanup);
}

// --- the verdict

TEST(ServerEvents, ExecutionUnderTheWebServerProvesExploitation) {
  Evidence evidence;
  evidence.whole_window();
  execution(evidence, "2021-03-05 10:12:00");
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::exploited);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::likely);
  EXPECT_EQ(report.first_evidence, at("2021-03-05 10:12:00"));
  EXPECT_THAT(report.doors, IsEmpty());
  EXPECT_THAT(answer(report, "exploited").text,
              AllOf(HasSubstr("2021-03-05 10:12"), HasSubstr("No web log shows by which request")));
}

TEST(ServerEvents, APossibleExecutionProvesNothing) {
  Evidence evidence;
  evidence.whole_window();
  execution(evidence, "2021-03-05 10:12:00", Confidence::possible);
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
  EXPECT_FALSE(report.first_evidence.has_value());
  EXPECT_THAT(report.server_events, SizeIs(1)) << "it is shown all the same";
}

TEST(ServerEvents, RulesOfTheUserDecideNothing) {
  Evidence evidence;
  evidence.whole_window();
  execution(evidence, "2021-03-05 10:12:00", Confidence::confirmed).campaign.clear();
  execution(evidence, "2021-03-05 10:13:00", Confidence::confirmed).campaign = "another campaign";
  scanner_find(evidence, kFoundPath).campaign.clear();
  event(evidence, Step::credential_access, "2021-03-05 10:14:00", {}).campaign.clear();
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
  EXPECT_FALSE(report.verdict.credentials_exposed);
  EXPECT_THAT(report.server_events, IsEmpty());
  EXPECT_THAT(report.doors, IsEmpty());
  EXPECT_THAT(report.detections, SizeIs(3))
      << "those of the user are listed, those of another campaign are not";
}

TEST(ServerEvents, ContextIsNotTold) {
  Evidence evidence;
  evidence.whole_window();
  event(evidence, Step::context, "2021-03-05 10:12:00", {}, Confidence::confirmed);
  const ServerReport report = evidence.report();
  EXPECT_THAT(report.server_events, IsEmpty());
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
}

// --- coming back

Evidence with_door() {
  Evidence evidence;
  evidence.whole_window();
  evidence.file(kDoorFile, "2021-03-03 07:00:00", RuleKind::yara, Confidence::confirmed);
  return evidence;
}

TEST(ServerEvents, ExecutionLongAfterPlantingIsAReturn) {
  Evidence evidence = with_door();
  execution(evidence, "2021-03-05 10:12:00");
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.verdict.compromise, Compromise::re_entered);
  EXPECT_EQ(report.verdict.compromise_confidence, Confidence::likely);
  EXPECT_THAT(answer(report, "returned").text, HasSubstr("No web log shows who asked for it"));
}

TEST(ServerEvents, ExecutionWithinMinutesOfPlantingIsThePlantersOwnCheck) {
  Evidence evidence = with_door();
  execution(evidence, "2021-03-03 07:10:00");
  execution(evidence, "2021-03-03 06:30:00");
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::backdoored);
}

TEST(ServerEvents, ExecutionWithoutADoorIsNoReturn) {
  Evidence evidence;
  evidence.whole_window();
  execution(evidence, "2021-03-03 07:00:00");
  execution(evidence, "2021-03-05 10:12:00");
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::exploited);
}

TEST(ServerEvents, APossibleExecutionIsNoReturn) {
  Evidence evidence = with_door();
  execution(evidence, "2021-03-05 10:12:00", Confidence::possible);
  EXPECT_EQ(evidence.report().verdict.compromise, Compromise::backdoored);
}

// --- doors

TEST(ServerEvents, AScannersFindIsADoorAtThePathThatItNames) {
  Evidence evidence;
  evidence.whole_window();
  Detection& found = scanner_find(evidence, kFoundPath);
  found.place.artefact = "Windows/System32/winevt/Logs/Microsoft-Windows-Windows Defender%4Operational.evtx";
  const ServerReport report = evidence.report();
  ASSERT_THAT(report.doors, SizeIs(1));
  EXPECT_EQ(report.doors[0].url, kFoundUrl);
  EXPECT_THAT(report.doors[0].path, AllOf(HasSubstr("xx9.aspx"), Not(HasSubstr(".evtx"))));
  EXPECT_EQ(report.doors[0].confidence, Confidence::likely);
  EXPECT_EQ(report.doors[0].presence, Presence::unknown);
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
}

TEST(ServerEvents, AFoundDoorWhoseFolderIsHereAndWhoseFileIsNotWasRemoved) {
  Evidence evidence;
  evidence.whole_window().web_folders({"/owa/auth"});
  scanner_find(evidence, kFoundPath);
  const ServerReport report = evidence.report();
  ASSERT_THAT(report.doors, SizeIs(1));
  EXPECT_EQ(report.doors[0].presence, Presence::removed);
}

TEST(ServerEvents, AFoundFileAndTheFileItselfAreOneDoor) {
  Evidence evidence = with_door();
  scanner_find(evidence,
               "file:_C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\"
               "RedirSuiteServerProxy.aspx");
  const ServerReport report = evidence.report();
  ASSERT_THAT(report.doors, SizeIs(1));
  EXPECT_EQ(report.doors[0].presence, Presence::present);
}

TEST(ServerEvents, AScriptThatTheEventLogSawWrittenIsADoor) {
  Evidence evidence;
  evidence.whole_window();
  event(evidence, Step::write, "2021-03-03 07:00:00",
        {{"image", "C:\\Windows\\System32\\inetsrv\\w3wp.exe"},
         {"target-file", "C:\\inetpub\\wwwroot\\aspnet_client\\discover.aspx"}});
  const ServerReport report = evidence.report();
  ASSERT_THAT(report.doors, SizeIs(1));
  EXPECT_EQ(report.doors[0].url, "/aspnet_client/discover.aspx");
  EXPECT_EQ(report.verdict.compromise, Compromise::backdoored);
}

TEST(ServerEvents, WhatIsFoundElsewhereIsNoDoor) {
  Evidence evidence;
  evidence.whole_window();
  scanner_find(evidence, "file:_C:\\Users\\responder\\samples\\chopper.aspx");
  scanner_find(
      evidence,
      "containerfile:_C:\\inetpub\\wwwroot\\backup.zip;file:_C:\\inetpub\\wwwroot\\backup.zip->x.aspx");
  scanner_find(evidence, "");
  const ServerReport report = evidence.report();
  EXPECT_THAT(report.doors, IsEmpty());
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
  EXPECT_THAT(report.server_events, SizeIs(3)) << "people see it";
}

TEST(ReportedPath, IsThePathBelowTheDisk) {
  const auto path = [](std::string_view field, std::string_view value) {
    Detection d;
    d.fields.emplace_back(field, value);
    return reported_path(d);
  };
  EXPECT_EQ(path("path", "file:_C:\\inetpub\\wwwroot\\X.aspx"), "\\inetpub\\wwwroot\\x.aspx");
  EXPECT_EQ(path("path", "file:_C:\\a\\x.aspx; file:_C:\\b\\y.aspx"), "\\a\\x.aspx");
  EXPECT_EQ(path("path", "file:_C:\\a\\x.aspx|pid:12"), "\\a\\x.aspx");
  EXPECT_EQ(path("path", "containerfile:_C:\\a\\b.zip"), "\\a\\b.zip");
  EXPECT_EQ(path("target-file", "D:\\x.aspx"), "\\x.aspx");
  EXPECT_EQ(path("path", "amsi:_\\Device\\x"), "");
  EXPECT_EQ(path("path", "relative.aspx"), "");
  EXPECT_EQ(path("threat", "C:\\x"), "");
}

TEST(ReportedPath, TheWrittenFileWinsOverTheScannersPath) {
  Detection d;
  d.fields = {{"path", "file:_C:\\a.aspx"}, {"target-file", "C:\\b.aspx"}};
  EXPECT_EQ(reported_path(d), "\\b.aspx");
}

// --- words

TEST(ServerEvents, PasswordsTakenAreSaidAndExposeCredentials) {
  Evidence evidence;
  evidence.whole_window();
  event(evidence, Step::credential_access, "2021-03-05 10:14:00", {{"command-line", "procdump lsass"}});
  const ServerReport report = evidence.report();
  EXPECT_TRUE(report.verdict.credentials_exposed);
  EXPECT_EQ(report.verdict.credentials_confidence, Confidence::likely);
  EXPECT_EQ(passwords_taken(report), "Passwords were taken 2021-03-05 10:14 UTC.");
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence) << "it does not lift the verdict by itself";
}

TEST(ServerEvents, APossibleDumpIsNotCalledTaken) {
  Evidence evidence;
  evidence.whole_window();
  event(evidence, Step::credential_access, "2021-03-05 10:14:00", {}, Confidence::possible);
  const ServerReport report = evidence.report();
  EXPECT_FALSE(report.verdict.credentials_exposed);
  EXPECT_EQ(passwords_taken(report), "");
}

TEST(ServerEvents, AClearedLogIsSaidAmongWhatCantBeKnown) {
  Evidence evidence;
  evidence.whole_window();
  event(evidence, Step::cleanup, "2021-03-05 10:15:00", {{"channel", "Security"}}).title =
      "Security log was cleared";
  const ServerReport report = evidence.report();
  EXPECT_EQ(logs_cleared(report),
            "Security log was cleared (2021-03-05 10:15 UTC): what was logged before may be gone.");
  EXPECT_EQ(report.verdict.compromise, Compromise::no_evidence);
}

TEST(ServerEvents, TheAccountThatPlantedIsNamedButNotAccused) {
  Evidence evidence;
  evidence.whole_window();
  EXPECT_EQ(planted_as(evidence.report()), "");
  event(evidence, Step::write, "2021-03-03 07:00:00", {{"user", "FABRIKAM\\administrator"}});
  EXPECT_EQ(planted_as(evidence.report()),
            "Logged as done by FABRIKAM\\administrator, a name that attacks forge.");
  event(evidence, Step::write, "2021-03-03 08:00:00", {{"user", "FABRIKAM\\alice"}});
  EXPECT_EQ(planted_as(evidence.report()), "Logged as done by 2 accounts, names that attacks forge.");
}

TEST(ServerEvents, CountsTheProgramsThatSurelyRan) {
  Evidence evidence;
  evidence.whole_window();
  execution(evidence, "2021-03-05 10:12:00");
  execution(evidence, "2021-03-05 11:12:00");
  execution(evidence, "2021-03-05 12:12:00", Confidence::possible);
  const ServerReport report = evidence.report();
  EXPECT_EQ(programs_ran(report), "2 programs ran under the web server, last 2021-03-05 11:12 UTC.");
  EXPECT_EQ(first_execution(report), at("2021-03-05 10:12:00"));
}

TEST(ServerEvents, StandInTheTimeline) {
  Evidence evidence;
  evidence.whole_window();
  execution(evidence, "2021-03-05 10:12:00");
  const ServerReport report = evidence.report();
  EXPECT_THAT(report.timeline,
              Contains(AllOf(testing::Field(&TimelineEvent::lane, "server"),
                             testing::Field(&TimelineEvent::what, HasSubstr("cmd /c whoami")))));
}

}  // namespace
}  // namespace afterpatch::assess

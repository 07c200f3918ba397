// What the paths of forged requests and the accounts of intruders lead to: a note, and nothing more.
#include "assess/leads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/accounts.h"
#include "assess/decoys.h"
#include "assess/hand_made.h"
#include "assess/pivots.h"

namespace afterpatch::assess {
namespace {

using detect::Confidence;
using detect::Step;
using hand_made::kIntruder;
using hand_made::kSecondIntruder;
using hand_made::kSweeper;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using HandMade = hand_made::Evidence;

constexpr std::string_view kDecoy = "/ecp/lkoqz.js";
constexpr std::string_view kMade = "svc_backup2";
constexpr std::string_view kMadeCommand = "cmd.exe /c net user svc_backup2 Pa55 /add";

std::vector<PivotStep> steps_of(const HandMade& evidence) {
  std::vector<PivotStep> steps;
  for (const Pivot& pivot :
       plan_pivots(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product, 1, {}))
    steps.push_back({1, std::string(to_string(pivot.kind)), pivot.value, pivot.because, 0});
  return steps;
}

ServerReport report_with_pivots(const HandMade& evidence) {
  return assess(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product,
                steps_of(evidence));
}

void forge_under(HandMade& evidence, std::string_view client, std::string_view path,
                 std::string_view time = "2021-03-03 06:00:00", Step step = Step::exploit) {
  auto& d = evidence.proxy(step, time, client, "/mapi/emsmdb/?#");
  for (auto& [name, value] : d.fields)
    if (name == "path") value = path;
}

void asked(HandMade& evidence, std::string_view client, std::string_view path) {
  evidence.requests(path, client, "POST", 200, 4, "2021-01-20 10:00:00", "2021-01-20 10:00:30");
}

TEST(Decoys, NamesThatToolsShareAreCommon) {
  for (const auto* path :
       {"/ecp/y.js", "/ecp/main.css", "/ecp/default.flt", "/owa/auth/x.js",
        "/owa/auth/current/themes/resources/logon.css", "/autodiscover/autodiscover.json",
        "/ews/exchange.asmx", "/ecp/ddi/ddiservice.svc", "/owa/auth/logon.aspx", "/ecp/", ""})
    EXPECT_TRUE(is_common_decoy(path)) << path;
  EXPECT_FALSE(is_common_decoy(kDecoy));
}

TEST(Decoys, ARareOneOfAnIntruderIsLookedForAndThatIsSaid) {
  HandMade evidence;
  forge_under(evidence, kIntruder, "/ecp/lkOqz.js");
  EXPECT_THAT(steps_of(evidence),
              Contains(testing::AllOf(Field(&PivotStep::kind, "path"), Field(&PivotStep::value, kDecoy),
                                      Field(&PivotStep::because, HasSubstr("rare path")))));
}

TEST(Decoys, AProbersIsNotLookedFor) {
  HandMade evidence;
  forge_under(evidence, kSweeper, kDecoy, "2021-03-03 06:00:00", Step::probe);
  EXPECT_THAT(steps_of(evidence), Not(Contains(Field(&PivotStep::value, kDecoy))));
}

TEST(Decoys, AreBounded) {
  HandMade evidence;
  for (int i = 100; i < 200; ++i) forge_under(evidence, kIntruder, "/ecp/name" + std::to_string(i) + ".js");
  const auto steps = steps_of(evidence);
  EXPECT_EQ(std::ranges::count_if(steps, [](const PivotStep& step) { return step.kind == "path"; }),
            static_cast<std::ptrdiff_t>(kMaxDecoys));
}

// Somebody else with the same tool stays somebody else: his requests make no run and no visit of the first.
TEST(Decoys, ASecondIntruderIsNotGluedToTheFirst) {
  HandMade evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  forge_under(evidence, kIntruder, kDecoy, "2021-03-03 06:49:50");
  const ServerReport before = report_with_pivots(evidence);
  asked(evidence, kSecondIntruder, kDecoy);
  const ServerReport report = report_with_pivots(evidence);
  EXPECT_THAT(report.notes, Contains(HasSubstr("198.51.100.77 asked for /ecp/lkoqz.js, the rare path")));
  EXPECT_EQ(report.runs.size(), before.runs.size());
  EXPECT_EQ(report.doors.size(), before.doors.size());
  EXPECT_EQ(report.verdict.compromise, before.verdict.compromise);
  EXPECT_EQ(report.first_evidence, before.first_evidence) << "what another client did in January is not his";
}

TEST(Decoys, OneThatManyClientsAskForLeadsNowhere) {
  HandMade evidence;
  forge_under(evidence, kIntruder, kDecoy);
  for (const auto* client : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"})
    asked(evidence, client, kDecoy);
  EXPECT_THAT(report_with_pivots(evidence).notes, Not(Contains(HasSubstr("rare path"))));
}

TEST(Accounts, AreNamedWithoutTheirDomain) {
  EXPECT_EQ(bare_account("FABRIKAM\\Intruder"), "intruder");
  EXPECT_EQ(bare_account("intruder@fabrikam.example"), "intruder");
  EXPECT_EQ(bare_account("Intruder"), "intruder");
  EXPECT_EQ(bare_account(""), "");
}

TEST(Accounts, ACommandThatMakesOneNamesIt) {
  EXPECT_EQ(account_made_by(kMadeCommand), kMade);
  EXPECT_EQ(account_made_by("\"C:\\Windows\\System32\\net1.exe\" USER \"Helper9\" x /ADD /domain"),
            "helper9");
  EXPECT_EQ(account_made_by("net user helper9 /delete"), "");
  EXPECT_EQ(account_made_by("net localgroup administrators helper9 /add"), "");
  EXPECT_EQ(account_made_by("net user"), "");
  EXPECT_EQ(account_made_by(""), "");
}

void run_under_web_server(HandMade& evidence, std::string_view command,
                          Confidence confidence = Confidence::confirmed) {
  evidence.row("windows-events", Step::execution, "2021-03-03 07:00:00", "",
               {{"command-line", std::string(command)}, {"user", "MAIL01$"}}, confidence);
}

void signed_in(HandMade& evidence, std::string_view client, std::string_view account) {
  evidence.requests("/owa/", client, "GET", 200, 9, "2021-03-06 10:00:00", "2021-03-07 10:00:00").account =
      account;
}

// "exadmin" of the domain signed in for years; the intruder makes one of the same name on the server.
TEST(Accounts, OfANameThatWasInUseBeforeAccuseNobody) {
  HandMade evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  run_under_web_server(evidence, kMadeCommand);
  evidence.requests("/owa/", "10.1.2.3", "GET", 200, 9, "2021-02-26 10:00:00", "2021-03-07 10:00:00")
      .account = kMade;
  signed_in(evidence, kSecondIntruder, kMade);
  const ServerReport report = report_with_pivots(evidence);
  EXPECT_THAT(report.notes, Not(Contains(HasSubstr("signed in as 'svc_backup2'"))));
  EXPECT_THAT(report.notes,
              Contains(HasSubstr("An account 'svc_backup2' was made in the course of the break-in, "
                                 "2021-03-03 07:00 UTC, but one of that name had signed in before")));
}

TEST(Leads, NeverLeadToTheServerItself) {
  HandMade evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  run_under_web_server(evidence, kMadeCommand);
  signed_in(evidence, "fe80::a020:e2f8:3e9:6368%5", kMade);
  signed_in(evidence, "127.0.0.1", kMade);
  EXPECT_THAT(report_with_pivots(evidence).notes, Not(Contains(HasSubstr("signed in as"))));
}

TEST(Accounts, OneThatAnIntruderMadeIsLookedForAndLeadsToWhoUsedIt) {
  HandMade evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  run_under_web_server(evidence, kMadeCommand);
  signed_in(evidence, kSecondIntruder, kMade);
  const ServerReport report = report_with_pivots(evidence);
  EXPECT_THAT(report.pivots,
              Contains(testing::AllOf(Field(&PivotStep::kind, "account"), Field(&PivotStep::value, kMade))));
  EXPECT_THAT(report.notes, Contains(HasSubstr("198.51.100.77 signed in as 'svc_backup2'")));
  EXPECT_EQ(report.runs.size(), 1U) << "a lead is no run";
}

void account_created(HandMade& evidence, std::string_view time, std::string_view name) {
  evidence.row("windows-events", Step::context, time, "",
               {{"event-id", "4720"}, {"user", "MAIL01$"}, {"target-user", std::string(name)}},
               Confidence::possible);
}

TEST(Accounts, OneThatTheSystemMadeCountsOnlyAfterSomebodyWasInside) {
  HandMade evidence;
  account_created(evidence, "2021-03-03 05:00:00", "agent_early");
  account_created(evidence, "2021-03-03 08:00:00", "agent_late");
  EXPECT_THAT(steps_of(evidence), IsEmpty());
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  const auto steps = steps_of(evidence);
  EXPECT_THAT(steps, Contains(Field(&PivotStep::value, "agent_late")));
  EXPECT_THAT(steps, Not(Contains(Field(&PivotStep::value, "agent_early"))));
}

// His name is forged by the attacker, stands in the server's own events, and signs in every day.
TEST(Accounts, TheAdministratorsOwnIsNeverAPivotThatRaisesAnything) {
  HandMade evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  evidence.row("windows-events", Step::write, "2021-03-03 06:49:52", "",
               {{"user", "FABRIKAM\\erin.hall"},
                {"command-line", "Set-OabVirtualDirectory -ExternalUrl x"},
                {"impersonated", "FABRIKAM\\erin.hall"}},
               Confidence::confirmed);
  run_under_web_server(evidence, "net user administrator NewPassword /add");
  const ServerReport before = report_with_pivots(evidence);
  EXPECT_THAT(before.pivots, Not(Contains(Field(&PivotStep::kind, "account"))));
  signed_in(evidence, "10.20.30.44", "erin.hall");
  const ServerReport report = report_with_pivots(evidence);
  EXPECT_EQ(report.verdict.compromise, before.verdict.compromise);
  EXPECT_EQ(report.verdict.compromise_confidence, before.verdict.compromise_confidence);
  EXPECT_THAT(report.notes, Not(Contains(HasSubstr("signed in as"))));
}

TEST(Accounts, AWeakMatchMakesNoPivot) {
  HandMade evidence;
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  run_under_web_server(evidence, kMadeCommand, Confidence::possible);
  EXPECT_THAT(steps_of(evidence), Not(Contains(Field(&PivotStep::kind, "account"))));
}

}  // namespace
}  // namespace afterpatch::assess

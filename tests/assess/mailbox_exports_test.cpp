#include "assess/mailbox_exports.h"

#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;
using hand_made::Evidence;
using hand_made::kIntruder;

Detection& exported(Evidence& evidence, std::string_view time, std::string_view mailbox,
                    Confidence confidence) {
  return evidence.row("rps-cmdlet", Step::staging, time, "",
                      {{"command", "New-MailboxExportRequest"},
                       {"parameters", "-Mailbox \"" + std::string(mailbox) +
                                          "\" -FilePath \"\\\\127.0.0.1\\C$\\ProgramData\\pst\\1.pst\""}},
                      confidence);
}

TEST(ExportedMailbox, IsTheValueOfItsParameter) {
  EXPECT_EQ(exported_mailbox(R"(-Mailbox "Jones" -FilePath "\\127.0.0.1\c$\x.pst")"), "Jones");
  EXPECT_EQ(exported_mailbox("New-MailboxExportRequest -Name x -mailbox 'one@example.org'"),
            "one@example.org");
  EXPECT_EQ(exported_mailbox("-FilePath x"), "");
  EXPECT_EQ(exported_mailbox("-Mailbox "), "");
}

TEST(MailboxExports, OfAnIntruderAreMailAccessAndOneInTwoLogsCountsOnce) {
  Evidence evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  exported(evidence, "2021-03-03 07:10:00", "one@example.org", Confidence::likely);
  exported(evidence, "2021-03-03 07:10:04", "ONE@example.org", Confidence::likely);
  exported(evidence, "2021-03-03 09:10:00", "two@example.org", Confidence::likely);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.mailboxes.size(), 2U);
  EXPECT_EQ(report.mailboxes[0].mailbox, "one@example.org");
  EXPECT_EQ(report.mailboxes[0].requests, 1U);
  EXPECT_EQ(report.mailboxes[0].how, "export of the whole mailbox");
  EXPECT_EQ(report.mailboxes[0].response_bytes, -1);
  EXPECT_TRUE(report.verdict.mail_accessed);
}

// The rule for the event log calls it mail access, since no other log may tell of it.
TEST(MailboxExports, InTheEventLogAndTheLogOfCommandsAreOne) {
  Evidence evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  exported(evidence, "2021-03-03 07:10:00", "one@example.org", Confidence::likely);
  Detection& event = exported(evidence, "2021-03-03 07:10:00", "one@example.org", Confidence::likely);
  event.step = Step::mail_access;
  event.log = "windows-events";
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.mailboxes.size(), 1U) << "and none of unknown name";
  EXPECT_EQ(report.mailboxes[0].mailbox, "one@example.org");
  EXPECT_EQ(report.mailboxes[0].requests, 1U);
  EXPECT_EQ(hand_made::answer(report, "mail").text,
            "Very likely: 1 whole mailbox was exported, first 2021-03-03 07:10 UTC. 1 mailbox named, such as "
            "one@example.org.");
}

TEST(MailboxExports, ThatAnyAdministratorMightMakeAreNoTheft) {
  Evidence evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  exported(evidence, "2021-03-03 07:10:00", "one@example.org", Confidence::possible);
  const ServerReport report = evidence.report();
  EXPECT_TRUE(report.mailboxes.empty());
  EXPECT_FALSE(report.verdict.mail_accessed);
}

TEST(MailboxOf, ARequestForAnotherMailboxInTheAdminCentreIsInItsPath) {
  Evidence evidence;
  const Detection& d = evidence.row("iis-w3c", Step::mail_access, "2021-08-31 10:00:00", kIntruder,
                                    {{"path", "/ecp/one@example.org/RulesEditor/InboxRules.svc/NewObject"}});
  evidence.whole_window();
  ASSERT_EQ(evidence.report().mailboxes.size(), 1U);
  EXPECT_EQ(evidence.report().mailboxes[0].mailbox, "one@example.org");
  EXPECT_EQ(evidence.report().mailboxes[0].how, "inbox rule by forged request");
  EXPECT_EQ(d.step, Step::mail_access);
}

// A command names the file that it writes: that door is its work, whatever other runs there were.
TEST(Doors, AnExportThatNamesTheFilePlantedIt) {
  Evidence evidence;
  evidence.whole_window();
  evidence.web_folders({"/aspnet_client"});
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  evidence.row(
      "rps-cmdlet", Step::write, "2021-03-09 10:00:00", "",
      {{"command", "New-MailboxExportRequest"},
       {"parameters", R"(-Mailbox "x" -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\q.aspx")"}},
      Confidence::confirmed);
  evidence.file("\\inetpub\\wwwroot\\aspnet_client\\q.aspx", "2021-03-09 10:00:03",
                detect::RuleKind::web_content, Confidence::confirmed);
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.doors.size(), 1U);
  EXPECT_EQ(report.doors[0].url, "/aspnet_client/q.aspx");
  ASSERT_TRUE(report.doors[0].planted);
  EXPECT_EQ(to_minute_text(*report.doors[0].planted), "2021-03-09 10:00 UTC");
  EXPECT_EQ(report.runs.back().written_paths,
            std::vector<std::string>{"\\inetpub\\wwwroot\\aspnet_client\\q.aspx"});
}

TEST(Runs, TellWhomAForgedTokenActedAs) {
  Evidence evidence;
  evidence.whole_window();
  Detection& d = evidence.proxy(Step::session, "2021-03-03 06:49:42", kIntruder, "/powershell");
  d.fields.emplace_back("token-user", "jones@example.org");
  d.fields.emplace_back("token-sid", "S-1-5-21-1-2-3-500");
  const ServerReport report = evidence.report();
  ASSERT_EQ(report.runs.size(), 1U);
  EXPECT_EQ(report.runs[0].accounts,
            std::vector<std::string>{
                "jones@example.org, acting as S-1-5-21-1-2-3-500 (the built-in administrator)"});
  ASSERT_FALSE(report.notes.empty());
  EXPECT_NE(report.notes[0].find("built-in administrator"), std::string::npos);
}

}  // namespace
}  // namespace afterpatch::assess

#include "notify/mail/smtp.h"

#include <gtest/gtest.h>

#include "notify/mail_server.h"
#include "notify/scripted_smtp.h"

namespace afterpatch::notify {
namespace {

using Fault = ScriptedSmtp::Fault;

const std::string kMessage =
    "From: CERT <notices@agency.example>\r\nTo: jane@customer.example\r\nSubject: test\r\n"
    "Message-ID: <m1@agency.example>\r\n\r\nhello\r\n.\r\n..two\r\n";

SmtpSettings plain(std::uint16_t port) {
  SmtpSettings settings;
  settings.host = "127.0.0.1";
  settings.port = port;
  settings.tls = Tls::none;
  settings.answer_timeout = std::chrono::seconds(1);
  settings.message_timeout = std::chrono::seconds(3);
  return settings;
}

struct Outcome {
  HandoverResult result;
  int asked = 0;
};

Outcome send(SmtpClient& client, const std::string& recipient, bool go_on = true) {
  Outcome outcome;
  outcome.result = client.send({"returns+x@agency.example", recipient}, kMessage, [&] {
    ++outcome.asked;
    return go_on;
  });
  return outcome;
}

Outcome send_once(const SmtpSettings& settings, const std::string& recipient = "jane@customer.example",
                  bool go_on = true) {
  Result<SmtpClient> client = SmtpClient::make(settings);
  EXPECT_TRUE(client) << to_string(client.error());
  return send(*client, recipient, go_on);
}

struct Case {
  Fault fault;
  Handover expected;
  int code;
  int asked;
};

class SmtpFaults : public testing::TestWithParam<Case> {};

TEST_P(SmtpFaults, AreToldForWhatTheyAre) {
  const ScriptedSmtp server(GetParam().fault);
  const Outcome outcome = send_once(plain(server.port()));
  EXPECT_EQ(outcome.result.handover, GetParam().expected) << outcome.result.reply;
  EXPECT_EQ(outcome.result.code, GetParam().code) << outcome.result.reply;
  EXPECT_EQ(outcome.asked, GetParam().asked);
  EXPECT_EQ(server.saw_end(), GetParam().asked == 1) << "the end goes out only after it was asked for";
  EXPECT_FALSE(outcome.result.reply.empty());
}

INSTANTIATE_TEST_SUITE_P(AtEveryStep, SmtpFaults,
                         testing::Values(Case{Fault::none, Handover::accepted, 250, 1},
                                         Case{Fault::close_at_greeting, Handover::unavailable, 0, 0},
                                         Case{Fault::close_at_mail, Handover::unavailable, 0, 0},
                                         Case{Fault::close_after_end, Handover::unknown, 0, 1},
                                         Case{Fault::silent_after_end, Handover::unknown, 0, 1},
                                         Case{Fault::refuse_after_end, Handover::refused, 554, 1},
                                         Case{Fault::busy_after_end, Handover::deferred, 451, 1},
                                         Case{Fault::leaving_after_end, Handover::deferred, 421, 1}));

TEST(SmtpClient, NeverClaimsMoreThanDoubtIfTheConnectionBreaksInTheText) {
  const ScriptedSmtp server(Fault::close_in_data);
  const Outcome outcome = send_once(plain(server.port()));
  EXPECT_EQ(outcome.result.handover, outcome.asked == 0 ? Handover::unavailable : Handover::unknown);
  EXPECT_FALSE(server.saw_end());
}

TEST(SmtpClient, DoesNotCompleteAMessageThatIsStoppedBeforeItsEnd) {
  const ScriptedSmtp server(Fault::none);
  const Outcome outcome = send_once(plain(server.port()), "jane@customer.example", false);
  EXPECT_EQ(outcome.result.handover, Handover::unavailable);
  EXPECT_EQ(outcome.asked, 1);
  EXPECT_FALSE(server.saw_end());
}

TEST(SmtpClient, TriesANewConnectionIfTheKeptOneIsDead) {
  ScriptedSmtp server(Fault::none);
  Result<SmtpClient> client = SmtpClient::make(plain(server.port()));
  ASSERT_TRUE(client);
  EXPECT_EQ(send(*client, "a@customer.example").result.handover, Handover::accepted);
  server.set(Fault::close_at_mail);
  EXPECT_EQ(send(*client, "b@customer.example").result.handover, Handover::unavailable);
  EXPECT_EQ(server.connections(), 2);
  server.set(Fault::none);
  EXPECT_EQ(send(*client, "c@customer.example").result.handover, Handover::accepted);
}

TEST(SmtpClient, SaysThatNothingAnswers) {
  std::uint16_t port = 0;
  {
    const ScriptedSmtp gone(Fault::none);
    port = gone.port();
  }
  const Outcome outcome = send_once(plain(port));
  EXPECT_EQ(outcome.result.handover, Handover::unavailable);
  EXPECT_TRUE(outcome.result.reply.contains("connect")) << outcome.result.reply;
}

TEST(SmtpClient, NeverPutsAForgedAddressIntoACommand) {
  const ScriptedSmtp server(Fault::none);
  for (const char* address :
       {"jane@customer.example>\r\nRCPT TO:<all@customer.example", "jane@customer.example\nDATA",
        "\"a b\"@customer.example", "<jane@customer.example>", "@relay.example:jane@customer.example"}) {
    const Outcome outcome = send_once(plain(server.port()), address);
    EXPECT_EQ(outcome.result.handover, Handover::refused) << address;
    EXPECT_EQ(outcome.asked, 0);
  }
  EXPECT_TRUE(server.recipients().empty());
}

TEST(SmtpClient, RefusesToLeaveTheMachineWithoutTls) {
  SmtpSettings settings = plain(25);
  settings.host = "mail.agency.example";
  EXPECT_FALSE(SmtpClient::make(settings));
  settings.tls = Tls::starttls;
  EXPECT_TRUE(SmtpClient::make(settings));
  settings.host = "bad host/..";
  EXPECT_FALSE(SmtpClient::make(settings));
}

TEST(SmtpClient, WantsTlsOrSendsNothing) {
  const ScriptedSmtp server(Fault::none);  // offers no STARTTLS
  SmtpSettings settings = plain(server.port());
  settings.tls = Tls::starttls;
  const Outcome outcome = send_once(settings);
  EXPECT_EQ(outcome.result.handover, Handover::unavailable);
  EXPECT_TRUE(server.recipients().empty());
}

class SmtpWithPostfix : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = MailServer::why_not(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(SmtpWithPostfix, KeepsOneConnectionAndArchivesEachMessageAsItWas) {
  const MailServer server;
  SmtpSettings settings = plain(server.smtp_port());
  settings.archive = "archive@agency.example";
  Result<SmtpClient> client = SmtpClient::make(settings);
  ASSERT_TRUE(client);
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(send(*client, "jane@customer.example").result.handover, Handover::accepted) << server.log();
  EXPECT_EQ(client->connections(), 1U);
  EXPECT_EQ(server.wait_for("jane@customer.example", 20).size(), 20U);
  const std::vector<std::string> archived = server.wait_for("archive@agency.example", 20);
  ASSERT_EQ(archived.size(), 20U);
  EXPECT_TRUE(archived[0].contains("Return-Path: <returns+x@agency.example>"));
  EXPECT_TRUE(archived[0].ends_with("\n\nhello\n.\n..two\n")) << archived[0];
}

TEST_F(SmtpWithPostfix, TellsWhatTheServerAnsweredForARecipient) {
  const MailServer server;
  const Outcome refused = send_once(plain(server.smtp_port()), "jane@refused.example");
  EXPECT_EQ(refused.result.handover, Handover::refused);
  EXPECT_EQ(refused.result.status, "5.1.1");
  EXPECT_EQ(refused.asked, 0);
  const Outcome busy = send_once(plain(server.smtp_port()), "jane@busy.example");
  EXPECT_EQ(busy.result.handover, Handover::deferred);
  EXPECT_EQ(busy.result.status, "4.3.2");
}

TEST_F(SmtpWithPostfix, DoesNotBlameTheRecipientIfTheArchiveIsRefused) {
  const MailServer server;
  SmtpSettings settings = plain(server.smtp_port());
  settings.archive = "archive@refused.example";
  const Outcome outcome = send_once(settings);
  EXPECT_EQ(outcome.result.handover, Handover::unavailable) << outcome.result.reply;
  EXPECT_TRUE(outcome.result.reply.contains("archive")) << outcome.result.reply;
  EXPECT_TRUE(server.delivered().empty());
}

TEST_F(SmtpWithPostfix, LogsInByTlsAndDistrustsAnUnknownCertificate) {
  const MailServer server({.imap = true});
  SmtpSettings settings = plain(server.smtp_port());
  settings.tls = Tls::starttls;
  EXPECT_EQ(send_once(settings).result.handover, Handover::unavailable)
      << "nobody vouches for this certificate";
  settings.ca_file = server.certificate();
  settings.answer_timeout = settings.message_timeout =
      std::chrono::seconds(15);  // Dovecot makes guessers wait
  settings.user = MailServer::user();
  settings.password = "wrong";
  EXPECT_EQ(send_once(settings).result.handover, Handover::unavailable);
  settings.password = MailServer::password();
  const Outcome outcome = send_once(settings);
  EXPECT_EQ(outcome.result.handover, Handover::accepted) << outcome.result.reply << server.log();
}

TEST_F(SmtpWithPostfix, GoesOnAfterTheServerWasStopped) {
  MailServer server;
  Result<SmtpClient> client = SmtpClient::make(plain(server.smtp_port()));
  ASSERT_TRUE(client);
  EXPECT_EQ(send(*client, "a@customer.example").result.handover, Handover::accepted);
  server.kill();
  EXPECT_EQ(send(*client, "b@customer.example").result.handover, Handover::unavailable);
  server.start();
  EXPECT_EQ(send(*client, "c@customer.example").result.handover, Handover::accepted);
}

}  // namespace
}  // namespace afterpatch::notify

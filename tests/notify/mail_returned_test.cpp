// Each kind of returned mail in the form its sender really gives it, written by hand after its documentation.
#include "notify/mail/returned.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "evidence/temporary_folder.h"
#include "notify/mail/mailbox.h"
#include "notify/mail/mime_reader.h"
#include "notify/mail/smtp.h"
#include "notify/mail_server.h"

namespace afterpatch::notify {
namespace {

constexpr const char* kNotice = "AP-2021-000017.1";

const NoticeMarks& marks() {
  static const NoticeMarks made = *NoticeMarks::make("returns@agency.example", "0123456789abcdef");
  return made;
}
std::string path() {
  return *marks().return_path(kNotice);
}
std::string id() {
  return *marks().message_id(kNotice);
}

Returned read(const std::string& message) {
  return read_returned(message, marks(), {.archive = "archive@agency.example", .case_prefix = "AP"});
}

std::string report(const std::string& recipients, const std::string& head = "") {
  return "Return-Path: <>\nDelivered-To: " + (head.empty() ? path() : head) +
         "\nFrom: MAILER-DAEMON@mx.agency.example (Mail Delivery System)\nSubject: Undelivered Mail Returned "
         "to Sender\n"
         "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
         "Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"B/mx\"\n\n"
         "This is a MIME-encapsulated message.\n\n--B/mx\nContent-Type: text/plain; charset=utf-8\n\n"
         "I'm sorry to have to inform you\n\n--B/mx\nContent-Type: message/delivery-status\n\n"
         "Reporting-MTA: dns; mx.agency.example\nArrival-Date: Sun, 14 Mar 2021 10:00:00 +0000 (UTC)\n\n" +
         recipients + "\n--B/mx\nContent-Type: message/rfc822\n\nMessage-ID: " + id() +
         "\nSubject: [AP-2021-000017] Your mail server\n\nDear Sir\n\n--B/mx--\n";
}

std::string recipient(const std::string& address, const std::string& action, const std::string& status) {
  return fmt::format(
      "Final-Recipient: rfc822; {}\nAction: {}\nStatus: {}\nDiagnostic-Code: smtp; 550 no such\n  user\n\n",
      address, action, status);
}

TEST(ReadReturned, ReadsAStandardBounce) {
  const Returned returned = read(report(recipient("jane@customer.example", "failed", "5.1.1")));
  EXPECT_EQ(returned.kind, ReturnedKind::bounce);
  EXPECT_EQ(returned.notice_id, kNotice);
  EXPECT_EQ(returned.case_number, "AP-2021-000017");
  EXPECT_EQ(returned.tie, Tie::return_path);
  EXPECT_TRUE(returned.proven);
  EXPECT_EQ(returned.status, "5.1.1");
  EXPECT_EQ(returned.recipient, "jane@customer.example");
  EXPECT_EQ(returned.text, "smtp; 550 no such user");
  EXPECT_FALSE(returned.about_archive);
}

TEST(ReadReturned, TellsDelaysAndDeliveriesFromBounces) {
  EXPECT_EQ(read(report(recipient("jane@customer.example", "delayed", "4.4.1"))).kind, ReturnedKind::delay);
  EXPECT_EQ(read(report(recipient("jane@customer.example", "relayed", "2.0.0"))).kind,
            ReturnedKind::delivered);
}

TEST(ReadReturned, DoesNotTakeABounceOfTheArchiveForOneOfTheNotice) {
  const std::string archive = recipient("archive@agency.example", "failed", "5.2.2");
  EXPECT_TRUE(read(report(archive)).about_archive);
  const Returned both = read(report(archive + recipient("jane@customer.example", "delayed", "4.2.1")));
  EXPECT_FALSE(both.about_archive);
  EXPECT_EQ(both.kind, ReturnedKind::delay);
}

TEST(ReadReturned, TiesABounceByTheReturnedMessageIfTheReturnPathIsLost) {
  const Returned returned =
      read(report(recipient("jane@customer.example", "failed", "5.1.1"), "returns@agency.example"));
  EXPECT_EQ(returned.tie, Tie::message_id);
  EXPECT_TRUE(returned.proven);
  EXPECT_EQ(returned.notice_id, kNotice);
}

TEST(ReadReturned, ProvesNothingByAForgedReturnPathOrASubject) {
  std::string forged = report(recipient("jane@customer.example", "failed", "5.1.1"),
                              "returns+ap-2021-000018.1-00000000000000000000@agency.example");
  forged.replace(forged.find(id()), id().size(), "<made-up@agency.example>");
  EXPECT_EQ(read(forged).tie, Tie::none);
  const Returned subject =
      read("From: x@y.example\nSubject: Re: [AP-2021-000018] your server\n\nit bounced, really\n");
  EXPECT_EQ(subject.tie, Tie::subject);
  EXPECT_EQ(subject.case_number, "AP-2021-000018");
  EXPECT_TRUE(subject.notice_id.empty());
  EXPECT_FALSE(subject.proven);
}

TEST(ReadReturned, ReadsQmail) {
  const Returned returned = read("Return-Path: <>\nDelivered-To: " + path() +
                                 "\nFrom: MAILER-DAEMON@mx.customer.example\nSubject: failure notice\n\n"
                                 "Hi. This is the qmail-send program at mx.customer.example.\nI'm afraid I "
                                 "wasn't able to deliver your message to the following addresses.\n\n"
                                 "<jane@customer.example>:\nSorry, no mailbox here by that name. "
                                 "(#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
                                 "Return-Path: <x>\n");
  EXPECT_EQ(returned.kind, ReturnedKind::bounce);
  EXPECT_EQ(returned.recipient, "jane@customer.example");
  EXPECT_EQ(returned.status, "5.1.1");
  EXPECT_EQ(returned.notice_id, kNotice);
}

TEST(ReadReturned, ReadsEximsFailureAndWarning) {
  const std::string head = "Return-Path: <>\nEnvelope-To: " + path() +
                           "\nFrom: Mail Delivery System <Mailer-Daemon@mx.customer.example>\n";
  const Returned failed = read(head +
                               "X-Failed-Recipients: jane@customer.example\nAuto-Submitted: auto-replied\n"
                               "Subject: Mail delivery failed: returning message to sender\n\n"
                               "A message that you sent could not be delivered to one or more of "
                               "its\nrecipients. This is a permanent error.\n");
  EXPECT_EQ(failed.kind, ReturnedKind::bounce);
  EXPECT_EQ(failed.recipient, "jane@customer.example");
  EXPECT_EQ(failed.status, "5.0.0");
  const Returned warned = read(head +
                               "Auto-Submitted: auto-replied\nSubject: Warning: message 1lLOqz-0001 delayed "
                               "24 hours\n\nno action is required\n");
  EXPECT_EQ(warned.kind, ReturnedKind::delay);
}

TEST(ReadReturned, ReadsExchangeThatLostItsDeliveryStatus) {
  const Returned returned = read(
      "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example>\n"
      "To: " +
      path() +
      "\nX-MS-Exchange-Message-Is-Ndr:  yes\nSubject: =?utf-8?Q?Unzustellbar:_[AP-2021-000017]?=\n\n"
      "Fehler bei der Nachrichtenzustellung\n#550 5.2.2 STOREDRV.Deliver; mailbox full "
      "##rfc822;jane@customer.example\n");
  EXPECT_EQ(returned.kind, ReturnedKind::bounce);
  EXPECT_EQ(returned.status, "5.2.2");
  EXPECT_EQ(returned.notice_id, kNotice);
}

TEST(ReadReturned, KnowsAutomaticAnswers) {
  const std::string head =
      "From: Jane <jane@customer.example>\nTo: returns@agency.example\nIn-Reply-To: " + id() + "\n";
  for (const char* sign : {"Auto-Submitted: auto-replied\nSubject: Re: x\n", "X-Autoreply: yes\nSubject: x\n",
                           "Precedence: auto_reply\nSubject: x\n", "Subject: Automatic reply: your mail\n",
                           "Subject: =?utf-8?B?UsOpcG9uc2UgYXV0b21hdGlxdWUgOiB4?=\n",
                           "Content-Type: multipart/report; report-type=disposition-notification; "
                           "boundary=x\nSubject: Read: x\n"}) {
    const Returned returned = read(head + sign + "\nI am away.\n");
    EXPECT_EQ(returned.kind, ReturnedKind::auto_reply) << sign;
    EXPECT_EQ(returned.tie, Tie::message_id);
  }
}

TEST(ReadReturned, KnowsTicketsOfAbuseDesks) {
  for (const char* sign :
       {"RT-Ticket: hoster.example #4711\nSubject: Re: x\n",
        "Subject: [hoster.example #4711] AutoReply: x\nAuto-Submitted: auto-replied\n",
        "Subject: [Ticket#2021031410000123] x\n", "Subject: Ticket ID: ABC-12345 received\n"})
    EXPECT_EQ(
        read(std::string("From: abuse@hoster.example\nReferences: ") + id() + "\n" + sign + "\nthank you\n")
            .kind,
        ReturnedKind::abuse_desk)
        << sign;
}

TEST(ReadReturned, DoesNotTakeOurOwnCaseNumberForATicket) {
  const Returned returned =
      read("From: jane@customer.example\nSubject: AW: [AP-2021-000017] Ihr Mailserver\nTo: " + path() +
           "\n\nDanke\n");
  EXPECT_EQ(returned.kind, ReturnedKind::person);
}

TEST(ReadReturned, GivesAPersonsWordsWithoutWhatWeWrote) {
  const Returned returned = read(
      "From: =?iso-8859-1?Q?J=E4ne?= <jane@customer.example>\nSubject: Re: [AP-2021-000017]\nAuto-Submitted: "
      "no\nReferences: <other@x> " +
      id() +
      "\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n"
      "Content-Transfer-Encoding: quoted-printable\n\nWe have p=C3=A4tched=\n it.\n> your server\n> is "
      "open\n--b\nContent-Type: text/html\n\n<p>We</p>\n--b--\n");
  EXPECT_EQ(returned.kind, ReturnedKind::person);
  EXPECT_EQ(returned.text, "We have pätched it.");
  EXPECT_TRUE(returned.from.contains("Jäne"));
  EXPECT_TRUE(returned.proven);
}

TEST(ReadReturned, BoundsWhatAStrangerSends) {
  std::string nested = "Content-Type: multipart/mixed; boundary=b\n\n";
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "--b\n" + nested;
  EXPECT_TRUE(read(nested + deep).incomplete);
  const Returned large =
      read("Subject: " + std::string(1U << 20U, 'x') + "\n\n" + std::string(8U << 20U, 'y'));
  EXPECT_TRUE(large.incomplete);
  EXPECT_LE(large.text.size(), 4096U);
  EXPECT_LE(large.subject.size(), 500U);
  EXPECT_EQ(read("").kind, ReturnedKind::person);
  EXPECT_EQ(read(std::string(1000, '\0')).tie, Tie::none);
}

// --- from real servers ---

class ReturnedByPostfix : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = MailServer::why_not(); !why.empty()) GTEST_SKIP() << why;
  }
  static SmtpSettings to(const MailServer& server) {
    SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = server.smtp_port();
    settings.tls = Tls::none;
    settings.archive = "archive@agency.example";
    return settings;
  }
  static void send(const MailServer& server, const std::string& recipient) {
    Result<SmtpClient> client = SmtpClient::make(to(server));
    ASSERT_TRUE(client);
    const HandoverResult result =
        client->send({path(), recipient},
                     "From: a@agency.example\r\nMessage-ID: " + id() + "\r\nSubject: x\r\n\r\nhello\r\n",
                     [] { return true; });
    ASSERT_EQ(result.handover, Handover::accepted) << result.reply;
  }
};

TEST_F(ReturnedByPostfix, ItsBounceIsReadFromTheMaildirOnce) {
  const MailServer server;
  const TemporaryFolder folder;
  send(server, "jane@later-refused.example");
  ASSERT_EQ(server.wait_for(path(), 1).size(), 1U) << server.log();
  const auto mailbox = open_maildir(server.maildir("returns"), folder.path() / "seen");
  ASSERT_TRUE(mailbox) << to_string(mailbox.error());
  std::vector<Returned> found;
  const VisitMessage visit = [&](const std::string& message) -> Result<void> {
    found.push_back(read(message));
    return {};
  };
  EXPECT_EQ(*(*mailbox)->for_each_new(visit), 1U);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ReturnedKind::bounce);
  EXPECT_EQ(found[0].notice_id, kNotice);
  EXPECT_EQ(found[0].status, "5.1.1");
  EXPECT_EQ(found[0].recipient, "jane@later-refused.example");
  const auto again = open_maildir(server.maildir("returns"), folder.path() / "seen");
  EXPECT_EQ(*(*again)->for_each_new(visit), 0U);
}

TEST_F(ReturnedByPostfix, ItsBounceIsReadByImapOnceAndTheArchiveKnowsTheMessage) {
  const MailServer server({.imap = true});
  const TemporaryFolder folder;
  ImapSettings settings;
  settings.host = "localhost";
  settings.port = server.imap_port();
  settings.ca_file = server.certificate();
  settings.user = "returns";
  settings.password = MailServer::password();
  const auto mailbox = open_imap(settings, folder.path() / "seen");
  ASSERT_TRUE(mailbox);
  std::vector<Returned> found;
  const VisitMessage visit = [&](const std::string& message) -> Result<void> {
    found.push_back(read(message));
    return {};
  };
  const Result<std::uint64_t> none = (*mailbox)->for_each_new(visit);
  ASSERT_TRUE(none) << to_string(none.error());
  EXPECT_EQ(*none, 0U) << "an empty mailbox";
  for (const char* customer : {"jane@later-refused.example", "joe@later-refused.example"})
    send(server, customer);
  ASSERT_EQ(server.wait_for(path(), 2).size(), 2U) << server.log();
  EXPECT_EQ(*(*mailbox)->for_each_new(visit), 2U);
  EXPECT_EQ(*(*mailbox)->for_each_new(visit), 0U);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].notice_id, kNotice);
  const auto again = open_imap(settings, folder.path() / "seen");
  EXPECT_EQ(*(*again)->for_each_new(visit), 0U) << "remembered over a restart";
  settings.user = "archive";
  const auto archive = open_imap(settings, folder.path() / "archive-seen");
  EXPECT_TRUE(*(*archive)->holds(id()));
  EXPECT_FALSE(*(*archive)->holds(*marks().message_id("AP-2021-000018.1")));
  EXPECT_FALSE((*archive)->holds("\"\r\nx LOGOUT"));
}

}  // namespace
}  // namespace afterpatch::notify

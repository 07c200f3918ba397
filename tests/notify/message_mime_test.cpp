#include "notify/message/mime.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "evidence/temporary_folder.h"
#include "notify/mail/mime_reader.h"
#include "notify/message/address.h"
#include "notify/message/compose.h"
#include "notify/message_fixture.h"

namespace afterpatch::notify {
namespace {

MailContent content() {
  MailContent made;
  made.from_name = "CERT Beispielland";
  made.from = "notices@agency.example";
  made.to = "jane@customer.example";
  made.subject = "[AP-2021-000017] Ihr Mailserver für Müller";
  made.body = "Grüße\n.\nFrom here\n    command --with  spaces \n";
  made.message_id = "<ap-1@agency.example>";
  made.date = *parse_time("2021-03-15T09:30:00Z");
  made.attachments = {{"xarf.json", "application/json", "{\"ä\":1}\n"}};
  return made;
}

std::string head(const std::string& mail) {
  return mail.substr(0, mail.find("\r\n\r\n"));
}

TEST(WriteMail, CanBeReadBackAsItWas) {
  const std::string mail = *write_mail(content());
  const MimePart message = read_mail(mail).message;
  EXPECT_EQ(decoded_header(message.header("subject")), content().subject);
  EXPECT_EQ(message.header("message-id"), "<ap-1@agency.example>");
  EXPECT_EQ(message.header("date"), "Mon, 15 Mar 2021 09:30:00 +0000");
  EXPECT_EQ(message.header("auto-submitted"), "auto-generated");
  EXPECT_EQ(message.header("to"), "jane@customer.example");
  ASSERT_EQ(message.parts.size(), 2U);
  EXPECT_EQ(message.parts[0].type, "text/plain");
  EXPECT_EQ(message.parts[0].parameter("format"), "");
  EXPECT_EQ(message.parts[0].parameter("charset"), "utf-8");
  std::string text = message.parts[0].text();
  std::erase(text, '\r');
  EXPECT_EQ(trim(text), trim(content().body));
  EXPECT_EQ(message.parts[1].text(), "{\"ä\":1}\n");
}

TEST(WriteMail, IsAsciiWithShortLinesAndTheSameEachTime) {
  MailContent what = content();
  what.body += std::string(5000, 'x') + "ü";
  what.subject = std::string(80, 'x') + " " + std::string(80, 'y');
  const std::string mail = *write_mail(what);
  EXPECT_EQ(mail, *write_mail(what));
  EXPECT_TRUE(std::ranges::all_of(mail, [](char c) { return c > 0; }));
  for (const std::string_view line : split(mail, '\n')) {
    EXPECT_LE(line.size(), 200U);
    EXPECT_TRUE(line.empty() || line.ends_with('\r')) << line;
  }
}

class HostileHeader : public testing::TestWithParam<std::string> {};

TEST_P(HostileHeader, AddsNoHeaderNoRecipientAndNoBody) {
  MailContent what = content();
  what.from_name = GetParam();
  what.subject = GetParam();
  const Result<std::string> mail = write_mail(what);
  ASSERT_TRUE(mail);
  const MimePart message = read_mail(*mail).message;
  std::vector<std::string> names;
  for (const MailHeader& header : message.headers) names.push_back(header.name);
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"auto-submitted", "content-type", "date", "from", "message-id",
                                             "mime-version", "subject", "to"}));
  EXPECT_EQ(message.parts.size(), 2U);
  EXPECT_LT(head(*mail).size(), 2500U);
  EXPECT_FALSE(decoded_header(message.header("subject")).contains("\xE2\x80\xAE"))
      << "no text that runs backwards";
  for (const bool to : {true, false}) {
    MailContent forged = content();
    (to ? forged.to : forged.from) = GetParam();
    EXPECT_FALSE(write_mail(forged));
  }
  MailContent identified = content();
  identified.message_id = "<" + GetParam() + ">";
  EXPECT_FALSE(write_mail(identified));
  MailContent attached = content();
  attached.attachments[0].name = GetParam();
  EXPECT_FALSE(write_mail(attached));
}

INSTANTIATE_TEST_SUITE_P(AllKinds, HostileHeader,
                         testing::Values("a\r\nBcc: all@x.example\r\n\r\nbody", "a\nBcc: all@x.example",
                                         "a\rBcc: all@x.example", std::string("a\0b\r\nX: y", 9),
                                         "\xE2\x80\xAE\xE2\x80\xA8"
                                         "evil",
                                         std::string(10240, 'x') + "\r\nBcc: y",
                                         "\"quoted\" <other@x.example>, all@x.example",
                                         "=?utf-8?Q?a=0D=0ABcc:_x?=", "\xFF\xFE\x80\xC3("));

TEST(MailAddress, TakesUsualOnesAndNamesInOtherScripts) {
  EXPECT_EQ(mail_address("Abuse.Desk+x@Mail.Example.ORG")->text(), "Abuse.Desk+x@mail.example.org");
  EXPECT_EQ(mail_address("info@müller.example")->domain, "xn--mller-kva.example");
}

TEST(MailAddress, RefusesWhatCouldBreakOut) {
  for (const char* bad :
       {"", "a", "@b.example", "a@", "a@b", "a b@c.example", "a@b.example\r\nX: y", "<a@b.example>",
        "\"a\"@b.example", "a@[192.0.2.1]", "a..b@c.example", ".a@b.example", "a@-b.example", "a@b..example",
        "a@b.example,c@d.example", "a(c)@b.example", "ä@b.example", "a@b_c.example", "a|b@c.example"})
    EXPECT_FALSE(mail_address(bad)) << bad;
  EXPECT_FALSE(mail_address(std::string(65, 'a') + "@b.example"));
  EXPECT_FALSE(mail_address("a@" + std::string(300, 'b') + ".example"));
  EXPECT_FALSE(mail_address(std::string("a@b.exa\0mple", 12)));
}

TEST(ComposeMail, JoinsTextMachinesCopyAndMarks) {
  const Result<OutgoingMail> mail =
      compose_mail(library(), agency(), facts("backdoored", "de"), "Jane@customer.example", marks());
  ASSERT_TRUE(mail) << to_string(mail.error());
  EXPECT_EQ(mail->message_id, *marks().message_id("AP-2021-000017.1"));
  EXPECT_EQ(marks().notice_of_return_path(mail->return_path), "AP-2021-000017.1");
  EXPECT_EQ(mail->text.template_id, "exchange-2021-proxylogon/backdoored/de");
  const MimePart message = read_mail(mail->message).message;
  EXPECT_EQ(message.header("message-id"), mail->message_id);
  ASSERT_EQ(message.parts.size(), 2U);
  EXPECT_EQ(message.parts[1].type, "application/json");
  EXPECT_EQ(boost::json::parse(message.parts[1].text()).at("type"), "compromised_server");
  EXPECT_EQ(mail->message,
            compose_mail(library(), agency(), facts("backdoored", "de"), "Jane@customer.example", marks())
                ->message);
}

TEST(ComposeMail, GivesAProviderTheList) {
  NoticeFacts what = facts();
  what.to_provider = true;
  what.servers.push_back(what.servers[0]);
  what.servers[1].name = "=cmd()";
  const MimePart message =
      read_mail(compose_mail(library(), agency(), what, "abuse@hoster.example", marks())->message).message;
  ASSERT_EQ(message.parts.size(), 4U);
  EXPECT_EQ(message.parts[1].type, "text/csv");
  EXPECT_TRUE(message.parts[1].text().contains(",'=cmd(),")) << message.parts[1].text();
}

TEST(ComposeMail, HidesFindingsAndLinkFromAHitDomain) {
  NoticeFacts what = facts("backdoored");
  what.to_hit_domain = true;
  const std::string mail = compose_mail(library(), agency(), what, "jane@mueller.example", marks())->message;
  const MimePart message = read_mail(mail).message;
  EXPECT_TRUE(message.parts.empty());
  EXPECT_FALSE(message.text().contains("supp0rt"));
  EXPECT_FALSE(message.text().contains("/c/"));
}

// --- OpenPGP ---

struct Shell {
  int status = -1;
  std::string output;
};
Shell run(const std::string& command) {
  Shell shell;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  char bytes[4096];
  while (std::fgets(bytes, sizeof bytes, pipe) != nullptr) shell.output += bytes;
  shell.status = ::pclose(pipe);
  return shell;
}

class Pgp : public testing::Test {
 protected:
  void SetUp() override {
    if (run("gpg --version").status != 0) GTEST_SKIP() << "gpg is not installed (Debian: gnupg)";
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_all);
    const Shell made =
        run(gpg() + " --batch --passphrase '' --quick-gen-key notices@agency.example ed25519 sign 1d");
    ASSERT_EQ(made.status, 0) << made.output;
    const std::string listed = run(gpg() + " --list-secret-keys --with-colons").output;
    const std::size_t at = listed.find("fpr:::::::::");
    ASSERT_NE(at, std::string::npos) << listed;
    fingerprint_ = listed.substr(at + 12, 40);
  }
  void TearDown() override { run("gpgconf --homedir " + folder_.path().string() + " --kill gpg-agent"); }
  std::string gpg() const { return "gpg --homedir " + folder_.path().string(); }
  TemporaryFolder folder_;
  std::string fingerprint_;
};

TEST_F(Pgp, SignsSoThatGpgAcceptsItAndNoticesAnyChange) {
  const Result<PgpSigner> signer = PgpSigner::make(folder_.path(), fingerprint_);
  ASSERT_TRUE(signer) << to_string(signer.error());
  const std::string mail = *write_mail(content(), &*signer);
  const MimePart message = read_mail(mail).message;
  EXPECT_EQ(message.type, "multipart/signed");
  EXPECT_EQ(message.parameter("protocol"), "application/pgp-signature");
  EXPECT_TRUE(message.parameter("micalg").starts_with("pgp-sha"));
  ASSERT_EQ(message.parts.size(), 2U);
  // RFC 3156, 5: what is between the boundary lines, without the line break before the second.
  const std::string mark = "--" + message.parameter("boundary") + "\r\n";
  const std::size_t begin = mail.find(mark) + mark.size();
  const std::string covered = mail.substr(begin, mail.find("\r\n" + mark, begin) - begin);
  const auto signature = folder_.write("s.asc", message.parts[1].body).string();
  const std::string verify = gpg() + " --verify " + signature + " ";
  const Shell good = run(verify + folder_.write("good", covered).string());
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_NE(run(verify + folder_.write("bad", covered + " ").string()).status, 0);
}

TEST_F(Pgp, SaysThatThereIsNoSuchKey) {
  EXPECT_FALSE(PgpSigner::make(folder_.path(), std::string(40, 'A')));
  EXPECT_FALSE(PgpSigner::make(folder_.path() / "nowhere", fingerprint_));
}

}  // namespace
}  // namespace afterpatch::notify

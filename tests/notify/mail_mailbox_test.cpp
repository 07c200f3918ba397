#include "notify/mail/mailbox.h"

#include <gtest/gtest.h>

#include "evidence/temporary_folder.h"
#include "notify/mail/remembered.h"

namespace afterpatch::notify {
namespace {

class MaildirTest : public testing::Test {
 protected:
  MaildirTest() {
    std::filesystem::create_directories(folder_.path() / "box" / "new");
    std::filesystem::create_directories(folder_.path() / "box" / "cur");
  }
  std::unique_ptr<Mailbox> open() {
    auto opened = open_maildir(folder_.path() / "box", folder_.path() / "seen");
    EXPECT_TRUE(opened) << to_string(opened.error());
    return std::move(*opened);
  }
  std::vector<std::string> visit(Mailbox& mailbox) {
    std::vector<std::string> found;
    EXPECT_TRUE(mailbox.for_each_new([&](const std::string& message) -> Result<void> {
      found.push_back(message);
      return {};
    }));
    return found;
  }
  TemporaryFolder folder_;
};

TEST_F(MaildirTest, VisitsEachMessageOnceEvenIfSomebodyReadsItMeanwhile) {
  folder_.write("box/new/1.a.host", "one");
  const auto mailbox = open();
  EXPECT_EQ(visit(*mailbox), std::vector<std::string>{"one"});
  std::filesystem::rename(folder_.path() / "box/new/1.a.host", folder_.path() / "box/cur/1.a.host:2,S");
  folder_.write("box/new/2.b.host", "two");
  folder_.write("box/new/.hidden", "no");
  EXPECT_EQ(visit(*mailbox), std::vector<std::string>{"two"});
  EXPECT_TRUE(visit(*open()).empty());
}

TEST_F(MaildirTest, VisitsAgainWhatCouldNotBeDealtWith) {
  folder_.write("box/new/1.a.host", "one");
  const auto mailbox = open();
  const auto failed =
      mailbox->for_each_new([](const std::string&) -> Result<void> { return fail("disk full"); });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "disk full");
  EXPECT_EQ(visit(*mailbox).size(), 1U);
}

TEST_F(MaildirTest, FindsAMessageByItsExactIdentifier) {
  folder_.write("box/cur/1.a.host:2,",
                "Subject: x\nMessage-ID:\n <m1@agency.example>\n\nMessage-ID: <body@agency.example>\n");
  const auto mailbox = open();
  EXPECT_TRUE(*mailbox->holds("<m1@agency.example>"));
  EXPECT_FALSE(*mailbox->holds("<m@agency.example>"));
  EXPECT_FALSE(*mailbox->holds("<body@agency.example>"));
}

TEST_F(MaildirTest, SaysThatAFolderIsNone) {
  EXPECT_FALSE(open_maildir(folder_.path(), folder_.path() / "seen"));
  EXPECT_FALSE(open_maildir(folder_.path() / "box", "/proc/no/such/place"));
}

TEST_F(MaildirTest, ForgetsHalfALineOfAPowerCut) {
  folder_.write("seen", "whole\nha");
  auto lines = RememberedLines::open(folder_.path() / "seen");
  ASSERT_TRUE(lines);
  EXPECT_TRUE(lines->all().contains("whole"));
  EXPECT_FALSE(lines->all().contains("ha"));
  EXPECT_TRUE(lines->add("next"));
  EXPECT_TRUE(RememberedLines::open(folder_.path() / "seen")->all().contains("next"));
}

TEST(ImapMailbox, SaysThatNothingAnswersAndNeverSendsAPasswordInTheClear) {
  const TemporaryFolder folder;
  ImapSettings settings;
  settings.host = "127.0.0.1";
  settings.port = 1;
  settings.tls = Tls::none;
  settings.user = "u";
  const auto mailbox = open_imap(settings, folder.path() / "seen");
  ASSERT_TRUE(mailbox);
  EXPECT_FALSE((*mailbox)->for_each_new([](const std::string&) -> Result<void> { return {}; }));
  settings.host = "mail.agency.example";
  EXPECT_FALSE(open_imap(settings, folder.path() / "seen"));
}

}  // namespace
}  // namespace afterpatch::notify

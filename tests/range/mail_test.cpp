#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "range/mail/mail_server.h"
#include "range/mail/other_channels.h"
#include "range/mail/replies.h"

namespace afterpatch::range {
namespace {

namespace fs = std::filesystem;

class MailTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("afterpatch_mail_" + std::to_string(getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    ASSERT_TRUE(write_file(
        folder_ / "answers.csv",
        "organisation,channel,contact,behaviour,delay_hours,patches_after_hours,hunts_after_hours\n"
        "x,email,a@one.example,bounces,2,1,1\n"
        "x,email,gone@one.example,refused,0,1,1\n"
        "x,phone,+99 1,answers,0,1,1\n"
        "y,email,b@two.example,opens-page,24,1,1\n"));
    ASSERT_TRUE(write_file(folder_ / "now", "2021-03-05T10:00:00Z\n"));
  }
  void TearDown() override { fs::remove_all(folder_); }

  PostOffice office() {
    auto contacts = read_contacts(folder_ / "answers.csv");
    EXPECT_TRUE(contacts);
    auto office = PostOffice::open(folder_, std::move(*contacts), "csirt.example");
    EXPECT_TRUE(office);
    return std::move(*office);
  }
  std::size_t files_in(const fs::path& below) const {
    std::size_t count = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_ / below, error)) count += entry.is_regular_file();
    return count;
  }

  fs::path folder_;
};

Envelope notice_to(const std::string& address) {
  return {"case+1@csirt.example",
          {address, "archive@csirt.example"},
          "Subject: Your server mail.one.example\r\n [AP-2021-000017]\r\nMessage-ID: "
          "<n1@csirt.example>\r\n\r\nText\r\n"};
}

TEST_F(MailTest, TakesMailForContactsAndTheOperatorOnly) {
  const PostOffice post = office();
  EXPECT_TRUE(post.accepts("a@one.example"));
  EXPECT_TRUE(post.accepts("anything+x=y@csirt.example"));
  EXPECT_FALSE(post.accepts("gone@one.example"));
  EXPECT_FALSE(post.accepts("nobody@one.example"));
  EXPECT_FALSE(post.accepts("../../etc@csirt.example"));
}

TEST_F(MailTest, ReturnsMailAfterItsDelayAndOnce) {
  PostOffice post = office();
  ASSERT_TRUE(post.keep(notice_to("a@one.example")));
  EXPECT_EQ(files_in("inbox/a@one.example"), 1U);
  EXPECT_EQ(files_in("archive/new"), 1U);
  EXPECT_EQ(*post.let_contacts_answer(*parse_time("2021-03-05T11:00:00Z")), 0U);
  EXPECT_EQ(*post.let_contacts_answer(*parse_time("2021-03-05T12:00:00Z")), 1U);
  EXPECT_EQ(*office().let_contacts_answer(*parse_time("2021-03-09T12:00:00Z")), 0U);
  EXPECT_EQ(files_in("operator/new"), 1U);
  const auto reply = read_file(folder_ / "operator/new/reply.000001.a@one.example");
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->find("Status: 5.1.1"), std::string::npos);
  EXPECT_NE(reply->find("To: case+1@csirt.example"), std::string::npos);
  EXPECT_NE(reply->find("Date: Fri, 05 Mar 2021 12:00:00 +0000"), std::string::npos);
}

TEST_F(MailTest, NotesWhatVictimsDoOnTheirPage) {
  PostOffice post = office();
  ASSERT_TRUE(post.keep(notice_to("b@two.example")));
  EXPECT_EQ(*post.let_contacts_answer(*parse_time("2021-03-07")), 1U);
  const auto actions = read_file(folder_ / "actions.jsonl");
  ASSERT_TRUE(actions);
  EXPECT_NE(actions->find(R"("kind":"page-opened","subject_kind":"case","subject":"AP-2021-000017")"),
            std::string::npos)
      << *actions;
}

TEST_F(MailTest, PeopleReactToLettersAndCallsAfterTheirDelay) {
  ASSERT_TRUE(
      write_file(folder_ / "answers.csv",
                 "organisation,channel,contact,behaviour,delay_hours\n"
                 "x,letter,Street 1,opens-page,48\nx,phone,+99 1,silent,1\ny,phone,+99 2,answers,3\n"));
  ASSERT_TRUE(write_file(
      folder_ / "told.jsonl",
      R"({"time":"2021-03-05T10:00:00Z","case":"AP-2021-000001","organisation":"x","channel":"letter"})"
      "\n"
      R"({"time":"2021-03-05T10:00:00Z","case":"AP-2021-000002","organisation":"y","channel":"phone"})"
      "\n"));
  const auto react = [&](const char* until) {
    return *react_to_letters_and_calls(folder_ / "told.jsonl", folder_ / "answers.csv", *parse_time(until),
                                       folder_ / "actions.jsonl");
  };
  EXPECT_EQ(react("2021-03-05T12:00:00Z"), 0U);
  EXPECT_EQ(react("2021-03-05T13:00:00Z"), 1U);
  EXPECT_EQ(react("2021-03-08"), 2U);
  const auto actions = read_file(folder_ / "actions.jsonl");
  EXPECT_NE(actions->find(R"("kind":"acknowledged","subject_kind":"case","subject":"AP-2021-000002")"),
            std::string::npos);
  EXPECT_NE(actions->find(R"("time":"2021-03-07T10:00:00Z")"), std::string::npos);
}

TEST(CaseNumber, IsFoundInsideASubjectOnlyWhenItIsWhole) {
  EXPECT_EQ(case_number_in("Re: [AP-2021-000017] server"), "AP-2021-000017");
  EXPECT_EQ(case_number_in("AP-20 AP-2021-00001x AP-2021-00"), "");
}

TEST(SmtpSession, TakesAMessageWithDotsUnstuffed) {
  Envelope kept;
  SmtpSession session([](const std::string& address) { return address != "no@x.example"; },
                      [&](const Envelope& envelope) {
                        kept = envelope;
                        return true;
                      });
  EXPECT_TRUE(session.take("EHLO x").starts_with("250-"));
  EXPECT_TRUE(session.take("RCPT TO:<a@x.example>").starts_with("503"));
  EXPECT_TRUE(session.take("MAIL FROM:<op@csirt.example> SIZE=10").starts_with("250"));
  EXPECT_TRUE(session.take("RCPT TO:<no@x.example>").starts_with("550"));
  EXPECT_TRUE(session.take("DATA").starts_with("554"));
  EXPECT_TRUE(session.take("RCPT TO:<A@x.example>").starts_with("250"));
  EXPECT_TRUE(session.take("DATA").starts_with("354"));
  for (const char* line : {"Subject: x", "", "..leading dot"}) EXPECT_EQ(session.take(line), "");
  EXPECT_TRUE(session.take(".").starts_with("250"));
  EXPECT_EQ(kept.to, std::vector<std::string>{"a@x.example"});
  EXPECT_EQ(kept.message, "Subject: x\r\n\r\n.leading dot\r\n");
  EXPECT_TRUE(session.take("QUIT").starts_with("221"));
  EXPECT_TRUE(session.has_quit());
}

std::string say(int socket, const std::string& text) {
  const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  EXPECT_EQ(sent, static_cast<ssize_t>(text.size()));
  std::string reply(1000, '\0');
  const ssize_t got = ::recv(socket, reply.data(), reply.size(), 0);
  reply.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return reply;
}

TEST_F(MailTest, IsAServerOnLoopback) {
  PostOffice post = office();
  const auto server = MailServer::start(0, post);
  ASSERT_TRUE(server);
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons((*server)->port());
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  EXPECT_TRUE(say(socket, "").starts_with("220"));
  EXPECT_TRUE(say(socket, "MAIL FROM:<op@csirt.example>\r\n").starts_with("250"));
  EXPECT_TRUE(say(socket, "RCPT TO:<b@two.example>\r\n").starts_with("250"));
  EXPECT_TRUE(say(socket, "DATA\r\n").starts_with("354"));
  EXPECT_TRUE(say(socket, "Subject: s\r\n\r\ntext\r\n.\r\n").starts_with("250"));
  ::close(socket);
  EXPECT_EQ(files_in("inbox/b@two.example"), 1U);
}

}  // namespace
}  // namespace afterpatch::range

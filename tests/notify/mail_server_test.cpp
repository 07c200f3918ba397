// The test server does what its header says: else tests that rely on it prove nothing.
#include "notify/mail_server.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>

namespace afterpatch {
namespace {

struct Sent {
  CURLcode result = CURLE_OK;
  long reply = 0;
};

struct Rest {
  const char* at;
};
std::size_t next_bytes(char* buffer, std::size_t size, std::size_t count, void* rest) {
  auto& text = *static_cast<Rest*>(rest);
  const std::size_t length = std::min(size * count, std::strlen(text.at));
  std::memcpy(buffer, text.at, length);
  text.at += length;
  return length;
}

Sent send(const MailServer& server, const std::string& from, const std::string& to) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  curl_easy_setopt(curl.get(), CURLOPT_URL, fmt::format("smtp://127.0.0.1:{}", server.smtp_port()).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_slist* recipients = curl_slist_append(nullptr, to.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients);
  Rest rest{"Subject: test\r\nFrom: a@agency.example\r\n\r\nhello\r\n"};
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, next_bytes);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &rest);
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  Sent sent;
  sent.result = curl_easy_perform(curl.get());
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &sent.reply);
  curl_slist_free_all(recipients);
  return sent;
}

class MailServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = MailServer::why_not(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(MailServerTest, DeliversToAnyDomainAndTellsRecipientsApart) {
  const MailServer server;
  EXPECT_EQ(send(server, "returns+x@agency.example", "jane@customer.example").result, CURLE_OK);
  EXPECT_EQ(server.wait_for("jane@customer.example", 1).size(), 1U) << server.log();
  EXPECT_TRUE(server.delivered_to("jane@other.example").empty());
}

TEST_F(MailServerTest, RefusesAtOnceOrBouncesLaterByDomain) {
  const MailServer server;
  EXPECT_EQ(send(server, "returns@agency.example", "jane@refused.example").reply, 550);
  EXPECT_EQ(send(server, "returns@agency.example", "jane@busy.example").reply, 451);
  EXPECT_EQ(send(server, "returns+n7@agency.example", "jane@later-refused.example").result, CURLE_OK);
  const std::vector<std::string> bounces = server.wait_for("returns+n7@agency.example", 1);
  ASSERT_EQ(bounces.size(), 1U) << server.log();
  EXPECT_TRUE(bounces[0].contains("message/delivery-status"));
  EXPECT_TRUE(std::filesystem::exists(server.maildir("returns") / "new"));
}

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

TEST_F(MailServerTest, ShowsItsMailboxesByImapWithTls) {
  const MailServer server({.imap = true});
  EXPECT_EQ(send(server, "", "archive+1@agency.example").result, CURLE_OK);
  EXPECT_EQ(server.wait_for("archive+1@agency.example", 1).size(), 1U) << server.log();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  std::string text;
  curl_easy_setopt(curl.get(), CURLOPT_URL,
                   fmt::format("imap://127.0.0.1:{}/INBOX;MAILINDEX=1", server.imap_port()).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USERNAME, "archive");
  curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, MailServer::password().c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  curl_easy_setopt(curl.get(), CURLOPT_CAINFO, server.certificate().c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
  EXPECT_EQ(curl_easy_perform(curl.get()), CURLE_OK);
  EXPECT_TRUE(text.contains("Delivered-To: archive+1@agency.example")) << text;
}

TEST_F(MailServerTest, ComesBackAfterAStopAndAfterAKill) {
  MailServer server;
  server.stop();
  EXPECT_EQ(send(server, "returns@agency.example", "jane@customer.example").result, CURLE_COULDNT_CONNECT);
  server.start();
  EXPECT_EQ(send(server, "returns@agency.example", "jane@customer.example").result, CURLE_OK);
  server.kill();
  server.start();
  EXPECT_EQ(send(server, "returns@agency.example", "jane@customer.example").result, CURLE_OK);
  EXPECT_EQ(server.wait_for("jane@customer.example", 2).size(), 2U) << server.log();
}

}  // namespace
}  // namespace afterpatch

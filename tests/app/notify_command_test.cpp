#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/notify_compose.h"
#include "app/notify_config.h"
#include "app/notify_plan.h"

namespace afterpatch::app {
namespace {

constexpr const char* kConfig = R"(agency:
  name: CERT Example
  phone: "+49 30 1234567"
  verify_page: https://agency.example/verify
  mail: notices@agency.example
secret_file: secret
smtp:
  host: mail.agency.example
returns:
  address: returns@agency.example
  maildir: returns
archive:
  address: archive@agency.example
  imap:
    host: mail.agency.example
    user: archive
    password_file: secret
)";

class NotifyConfigTest : public testing::Test {
 protected:
  NotifyConfigTest() {
    std::string name = testing::TempDir() + "/notify-config-XXXXXX";
    folder_ = mkdtemp(name.data());
    std::ofstream(folder_ / "secret") << "sixteen bytes or more\n";
  }
  ~NotifyConfigTest() override { std::filesystem::remove_all(folder_); }

  Result<NotifyConfig> load(const std::string& text) const {
    std::ofstream(folder_ / "notify.yaml") << text;
    return load_notify_config(folder_ / "notify.yaml");
  }
  std::string problem(const std::string& text) const {
    const auto config = load(text);
    return config ? "none" : to_string(config.error());
  }

  std::filesystem::path folder_;
};

TEST_F(NotifyConfigTest, ReadsWhatSendingNeeds) {
  const auto config = load(kConfig);
  ASSERT_TRUE(config) << to_string(config.error());
  EXPECT_EQ(config->agency.phone, "+49 30 1234567");
  EXPECT_EQ(config->secret, "sixteen bytes or more");
  EXPECT_EQ(config->smtp.port, 587);
  EXPECT_EQ(config->smtp.tls, notify::Tls::starttls);
  EXPECT_EQ(config->smtp.archive, "archive@agency.example");
  EXPECT_EQ(config->returns.maildir, folder_ / "returns");
  ASSERT_TRUE(config->archive.imap);
  EXPECT_EQ(config->archive.imap->password, "sixteen bytes or more");
  EXPECT_EQ(config->outbox.grace, std::chrono::minutes(10));
}

TEST_F(NotifyConfigTest, NamesWhatIsMissingWrongOrUnknownWithItsLine) {
  const std::string whole = kConfig;
  EXPECT_NE(problem(whole + "sendign:\n  lease_seconds: 5\n").find("notify.yaml:18: unknown key 'sendign'"),
            std::string::npos)
      << problem(whole + "sendign:\n  lease_seconds: 5\n");
  EXPECT_NE(problem(whole + "sending:\n  messages_a_minute: 0\n").find("sending.messages_a_minute"),
            std::string::npos);
  EXPECT_NE(problem(whole + "link_base: http://agency.example/\n").find("https"), std::string::npos);
  std::string without = whole;
  without.erase(without.find("secret_file: secret\n"), 20);
  EXPECT_NE(problem(without).find("'secret_file' is missing"), std::string::npos);
  EXPECT_NE(problem("").find("agency"), std::string::npos);
}

TEST_F(NotifyConfigTest, AMailboxIsEitherAMaildirOrByImap) {
  std::string text = kConfig;
  text.erase(text.find("  maildir: returns\n"), 19);
  EXPECT_NE(problem(text).find("either 'maildir' or 'imap'"), std::string::npos);
}

TEST(HoldBack, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_hold_back("0-24h")->to, std::chrono::hours(24));
  EXPECT_EQ(parse_hold_back("30m-6h")->from, std::chrono::minutes(30));
  EXPECT_EQ(parse_hold_back("30m-6h")->to, std::chrono::hours(6));
  EXPECT_EQ(parse_hold_back("10-50m")->from, std::chrono::minutes(10));
  EXPECT_EQ(parse_hold_back("0")->to, std::chrono::minutes(0));
  for (const char* wrong : {"", "-", "24h-0", "-3h", "5d", "1-2-3h", "99999h"})
    EXPECT_FALSE(parse_hold_back(wrong)) << wrong;
}

TEST(LinkToken, IsTheSameForTheSameNoticeAndSecretOnly) {
  const std::string token = link_token("secret", "AP-2021-000001.1");
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(token.find_first_of("+/="), std::string::npos);
  EXPECT_EQ(token, link_token("secret", "AP-2021-000001.1"));
  EXPECT_NE(token, link_token("secret", "AP-2021-000001.2"));
  EXPECT_NE(token, link_token("other", "AP-2021-000001.1"));
}

}  // namespace
}  // namespace afterpatch::app

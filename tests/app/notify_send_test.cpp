// The real program against a real mail server, killed at random moments.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "constituency/organisation_json.h"
#include "notify/mail/smtp.h"
#include "notify/mail_server.h"
#include "store/store.h"

namespace afterpatch {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// No file of a program started meanwhile gets longer than that: a disk that is full, to whoever writes.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);  // a full disk sends no signal
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, SIG_DFL);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

struct Ended {
  int status = -1;  // -1: killed
  std::string said;
};

class NotifySendTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!MailServer::why_not().empty()) return;
    server_ = std::make_unique<MailServer>();
    make_mailboxes();
  }
  static void TearDownTestSuite() { server_.reset(); }

  // A Maildir is there from its first mail on.
  static void make_mailboxes() {
    notify::SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = server_->smtp_port();
    settings.tls = notify::Tls::none;
    auto client = notify::SmtpClient::make(settings);
    ASSERT_TRUE(client) << to_string(client.error());
    for (const char* mailbox : {"archive@agency.example", "returns@agency.example"}) {
      const auto sent = client->send({"test@agency.example", mailbox}, "Subject: first\r\n\r\nfirst\r\n",
                                     [] { return true; });
      ASSERT_EQ(sent.handover, notify::Handover::accepted) << sent.reply;
      ASSERT_EQ(server_->wait_for(mailbox, 1).size(), 1U);
    }
  }

  NotifySendTest() {
    std::string name = testing::TempDir() + "/notify-send-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~NotifySendTest() override { fs::remove_all(folder_); }

  void SetUp() override {
    if (const std::string why = MailServer::why_not(); !why.empty()) GTEST_SKIP() << why;
    std::ofstream(folder_ / "secret") << "a secret of more than sixteen bytes, for " << folder_ << "\n";
    std::ofstream(folder_ / "notify.yaml") << config();
  }

  std::string config() const {
    return fmt::format(R"(agency:
  name: CERT Example
  phone: "+49 30 1234567"
  verify_page: https://agency.example/verify
  mail: notices@agency.example
link_base: https://agency.example/v/
secret_file: secret
smtp:
  host: 127.0.0.1
  port: {}
  tls: none
returns:
  address: returns@agency.example
  maildir: {}
archive:
  address: archive@agency.example
  maildir: {}
sending:
  messages_a_minute: 60000
  a_minute_to_one_domain: 60000
  archive_grace_seconds: 3
  lease_seconds: 1
)",
                       server_->smtp_port(), server_->maildir("returns").string(),
                       server_->maildir("archive").string());
  }

  fs::path store() const { return folder_ / "test.db"; }

  // One organisation with one open server, for each list of mail contacts.
  void fill(const std::vector<std::vector<std::string>>& contacts) {
    auto opened = store::Store::open(store().string());
    ASSERT_TRUE(opened) << to_string(opened.error());
    auto writer = (*opened)->write("scan", store::kDefaultLongestGap);
    std::vector<store::OrganisationRow> organisations;
    std::vector<store::OwnerRow> owners;
    for (std::size_t i = 0; i < contacts.size(); ++i) {
      const std::string address = fmt::format("127.3.{}.{}", i / 200, 1 + i % 200);
      ASSERT_TRUE((*writer)->add(*store::read_scan_line(
          fmt::format(
              R"({{"time":"2021-03-06T10:00:00Z","address":"{}","port":443,"product":"exchange-self-hosted",)"
              R"("builds":["15.1.2176.2"],"exposure":"unpatched","confidence":"confirmed","country":"DE"}})",
              address),
          "test")));
      organisations.push_back(organisation(i, contacts[i]));
      owners.push_back({address, 443, organisations.back().id, "operator", "confirmed", "[]"});
    }
    ASSERT_TRUE((*writer)->commit());
    ASSERT_TRUE((*opened)->directory().put_organisations(organisations));
    ASSERT_TRUE((*opened)->directory().put_owners(owners));
  }

  static store::OrganisationRow organisation(std::size_t number, const std::vector<std::string>& mails) {
    constituency::Organisation made;
    made.id = fmt::format("de-{:04}", number);
    made.name = fmt::format("Praxis {}", number);
    made.country = "DE";
    for (const std::string& mail : mails) {
      constituency::Contact contact;
      contact.value = mail;
      contact.provenance = "list";
      made.contacts.push_back(contact);
    }
    return {made.id, made.name, "DE", "", "", constituency::to_json(made)};
  }

  // `kill_after`: ends it by SIGKILL then.
  Ended run(std::vector<std::string> arguments, std::optional<milliseconds> kill_after = {}) const {
    arguments.insert(arguments.begin(), {AFTERPATCH_PROGRAM, "notify"});
    arguments.insert(arguments.end(), {"--store", store().string()});
    const fs::path said = folder_ / "said";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, said.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    EXPECT_EQ(posix_spawn(&child, AFTERPATCH_PROGRAM, &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    if (kill_after) {
      std::this_thread::sleep_for(*kill_after);
      ::kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::stringstream text;
    text << std::ifstream(said).rdbuf();
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text.str()};
  }

  // A new store needs a new secret: the archive is the old one.
  void start_again(const std::string& round) const {
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(store().string() + ending);
    std::ofstream(folder_ / "secret") << fmt::format("a secret of its own for round {}\n", round);
  }

  std::string config_file() const { return (folder_ / "notify.yaml").string(); }

  void plan_and_approve() const {
    const Ended planned = run({"plan", "--config", config_file()});
    ASSERT_EQ(planned.status, 0) << planned.said;
    const Ended approved = run({"approve", "--all", "--by", "test"});
    ASSERT_EQ(approved.status, 0) << approved.said;
  }

  // Again and again, as an operator would, until it has ended well.
  void send_to_the_end() const {
    Ended ended;
    for (int i = 0; i < 100 && ended.status != 0; ++i) {
      ended = run({"send", "--config", config_file()});
      if (ended.status != 0) std::this_thread::sleep_for(milliseconds(200));
    }
    ASSERT_EQ(ended.status, 0) << ended.said;
  }

  // What was accepted is in its mailbox then.
  static void wait_for_empty_queue() {
    for (int i = 0; i < 50 && !server_->queue_is_empty(); ++i) std::this_thread::sleep_for(milliseconds(100));
  }

  static std::unique_ptr<MailServer> server_;
  fs::path folder_;
};

std::unique_ptr<MailServer> NotifySendTest::server_;

TEST_F(NotifySendTest, GoesFromPlanToInboxOnce) {
  fill({{"it@o1.example"}, {"it@o2.example"}});
  const Ended early = run({"send", "--config", config_file()});
  EXPECT_EQ(early.status, 0) << early.said;
  plan_and_approve();
  send_to_the_end();
  send_to_the_end();
  for (const char* recipient : {"it@o1.example", "it@o2.example"}) {
    const auto mails = server_->wait_for(recipient, 1);
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_NE(mails[0].find("127.3.0."), std::string::npos);
    EXPECT_NE(mails[0].find("https://agency.example/v/"), std::string::npos);
  }
}

TEST_F(NotifySendTest, RefusesToSendWithoutACompleteIdentity) {
  fill({{"it@o3.example"}});
  std::string text = config();
  text.erase(text.find("  phone:"), text.find("  verify_page") - text.find("  phone:"));
  std::ofstream(folder_ / "notify.yaml") << text;
  const Ended ended = run({"send", "--config", config_file()});
  EXPECT_EQ(ended.status, 2);
  EXPECT_NE(ended.said.find("agency.phone"), std::string::npos) << ended.said;
}

TEST_F(NotifySendTest, WhatBouncesGoesToTheNextContact) {
  fill({{"it@later-refused.example", "abuse@o4.example"}});
  plan_and_approve();
  send_to_the_end();
  Ended returned;
  for (int i = 0; i < 50 && returned.said.find(" 1 bounced") == std::string::npos; ++i) {
    std::this_thread::sleep_for(milliseconds(100));
    returned = run({"returns", "--config", config_file()});
    ASSERT_EQ(returned.status, 0) << returned.said;
  }
  EXPECT_NE(returned.said.find(" 1 bounced"), std::string::npos) << returned.said;
  plan_and_approve();
  send_to_the_end();
  EXPECT_EQ(server_->wait_for("abuse@o4.example", 1).size(), 1U);
}

// Wherever the room ends: before the first mail, between two, or when one is out and can't be noted.
TEST_F(NotifySendTest, OnAFullDiskNobodyIsLostAndNobodyGetsTwo) {
  constexpr int kOrganisations = 5;
  std::set<std::size_t> arrived_before;
  int full = 0;
  for (const int kilobytes : {40, 80, 120, 160, 200, 260}) {
    start_again(fmt::format("full-{}", kilobytes));
    std::vector<std::vector<std::string>> contacts;
    for (int i = 0; i < kOrganisations; ++i)
      contacts.push_back({fmt::format("it@full{}-{}.example", kilobytes, i)});
    fill(contacts);
    plan_and_approve();
    const Ended ended = [&] {
      const FullDisk disk(static_cast<rlim_t>(kilobytes) * 1024);
      return run({"send", "--config", config_file()});
    }();
    EXPECT_NE(ended.status, -1) << ended.said;
    if (ended.status != 0) {
      ++full;
      EXPECT_NE(ended.said.find("is the disk full?"), std::string::npos) << ended.said;
    }
    wait_for_empty_queue();
    std::size_t arrived = 0;
    for (const auto& contact : contacts) arrived += server_->delivered_to(contact[0]).size();
    arrived_before.insert(arrived);
    send_to_the_end();
    for (const auto& contact : contacts) {
      server_->wait_for(contact[0], 1);
      EXPECT_EQ(server_->delivered_to(contact[0]).size(), 1U) << contact[0] << ": " << ended.said;
    }
  }
  EXPECT_GE(full, 4);
  EXPECT_GE(arrived_before.size(), 2U);  // the room ended at different moments
}

// AFTERPATCH_SEND_KILLS=200 for the whole proof.
TEST_F(NotifySendTest, KilledAtRandomMomentsNobodyIsLostAndNobodyGetsTwo) {
  const char* asked = std::getenv("AFTERPATCH_SEND_KILLS");
  const int kills = asked != nullptr ? std::atoi(asked) : 10;
  constexpr int kOrganisations = 4;
  std::mt19937 random(2021);
  milliseconds longest(400);
  int killed = 0;
  for (int round = 0; round < kills; ++round) {
    start_again(std::to_string(round));
    std::vector<std::vector<std::string>> contacts;
    for (int i = 0; i < kOrganisations; ++i) contacts.push_back({fmt::format("it@r{}-{}.example", round, i)});
    fill(contacts);
    plan_and_approve();
    const milliseconds moment(random() % static_cast<unsigned>(longest.count()));
    if (run({"send", "--config", config_file()}, moment).status == -1)
      ++killed;
    else
      longest = std::max(milliseconds(50), moment);  // it was done before
    send_to_the_end();
    for (int i = 0; i < kOrganisations; ++i) {
      const std::string& recipient = contacts[static_cast<std::size_t>(i)][0];
      server_->wait_for(recipient, 1);
      ASSERT_EQ(server_->delivered_to(recipient).size(), 1U)
          << recipient << " killed after " << moment.count() << " ms";
    }
  }
  wait_for_empty_queue();
  for (int round = 0; round < kills; ++round) {
    for (int i = 0; i < kOrganisations; ++i)
      ASSERT_EQ(server_->delivered_to(fmt::format("it@r{}-{}.example", round, i)).size(), 1U);
  }
  EXPECT_GT(killed, kills / 3);
}

}  // namespace
}  // namespace afterpatch

// A real mail server for tests: Debian's Postfix and, where asked for, Dovecot's IMAP, each with its own
// configuration, queue and mail in a temporary folder, on free ports of 127.0.0.1. Nothing leaves the
// machine: all mail ends in a Maildir of the folder or is refused, by the recipient's domain:
//
//   *@refused.example        550 5.1.1 in answer to RCPT          *@busy.example  451 4.3.2 in answer to RCPT
//   *@later-refused.example  accepted, then a bounce (RFC 3464) to the return path
//   <mailbox>[+anything]@agency.example, for each of `mailboxes`: that mailbox, also read by IMAP
//   all others               accepted; see delivered_to()
//
// Example:
//   if (const std::string why = MailServer::why_not(); !why.empty()) GTEST_SKIP() << why;
//   MailServer server;
//   ... send to 127.0.0.1 port server.smtp_port() ...
//   EXPECT_EQ(server.wait_for("jane@customer.example", 1).size(), 1U);
//
// Not thread-safe. Servers are children of the process and end with it, however it ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace afterpatch {

struct MailServerSettings {
  std::vector<std::string> mailboxes = {"archive", "returns"};
  bool imap = false;
  std::uint16_t smtp_port = 0;  // 0: a free one
};

class MailServer {
 public:
  // Empty if the servers can be run here; else a sentence for GTEST_SKIP.
  static std::string why_not();

  explicit MailServer(MailServerSettings settings = {});  // starts; answers when it returns
  ~MailServer();
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  void stop();   // as an operator would; nothing accepted is lost
  void start();  // after stop() or kill(): same ports, same queue
  void kill();   // SIGKILL to Postfix and all its processes

  std::uint16_t smtp_port() const { return settings_.smtp_port; }  // plain and STARTTLS; login if `imap`
  std::uint16_t imap_port() const { return imap_port_; }           // plain and STARTTLS
  std::filesystem::path certificate() const;                       // of both, for "localhost": trust it
  static std::string user() { return "sender"; }  // login for SMTP; for IMAP any name of `mailboxes`
  static std::string password() { return "open-sesame"; }

  std::filesystem::path maildir(const std::string& mailbox) const;
  // Whole messages delivered so far to exactly this recipient, by the server's "Delivered-To", in the order
  // of the file names. Looks into all Maildirs.
  std::vector<std::string> delivered_to(const std::string& recipient) const;
  std::vector<std::string> delivered() const;  // to anyone
  // The same, but waits until there are `count`, or until `patience` is over.
  std::vector<std::string> wait_for(
      const std::string& recipient, std::size_t count,
      std::chrono::milliseconds patience = std::chrono::milliseconds(5000)) const;
  bool queue_is_empty() const;  // nothing accepted is still under way
  std::string log() const;      // Postfix's, for messages of failed tests

 private:
  void write_postfix();
  void write_dovecot();
  void start_postfix();
  void start_dovecot();

  MailServerSettings settings_;
  std::uint16_t imap_port_ = 0;
  std::filesystem::path folder_;
  pid_t postfix_ = 0;
  pid_t dovecot_ = 0;
};

}  // namespace afterpatch

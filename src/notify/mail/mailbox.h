// The operator's mailboxes: the one that returned mail comes to, and the archive that gets a copy of every
// notice. Read from a Maildir or by IMAP; nothing is moved or deleted. Which messages were read is remembered
// in a file of ours, so that people may read, move and flag mail meanwhile.
//
// Example:
//   auto mailbox = open_imap({.host = "mail.agency.example", .user = "returns", ...}, "returns.seen");
//   (*mailbox)->for_each_new([&](const std::string& message) -> Result<void> { ... });
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "notify/mail/smtp.h"

namespace afterpatch::notify {

// Bytes as they lie there; at most kMaxMessageBytes (mime_reader.h), the rest is cut.
using VisitMessage = std::function<Result<void>(const std::string& message)>;

// Not thread-safe. One process at a time per file of remembered messages.
class Mailbox {
 public:
  virtual ~Mailbox() = default;
  // Visits what was not visited before, oldest first. A message counts as visited when `visit` returned
  // without an error; the first error ends the run and comes back. After a crash the last one may be visited
  // again.
  virtual Result<std::uint64_t> for_each_new(const VisitMessage& visit) = 0;
  // Whether a message with exactly this Message-ID (with "<" and ">") lies in it, read or not.
  virtual Result<bool> holds(const std::string& message_id) = 0;
};

// `folder` with cur/ and new/ (cr.yp.to/proto/maildir.html). Looking one message up reads the heads of all.
Result<std::unique_ptr<Mailbox>> open_maildir(std::filesystem::path folder, std::filesystem::path remembered);

struct ImapSettings {
  std::string host;
  std::uint16_t port = 143;
  Tls tls = Tls::starttls;  // none: only for a server on this machine
  std::string ca_file;      // PEM; empty: the system's
  std::string user, password;
  std::string folder = "INBOX";
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds timeout = std::chrono::minutes(2);  // for one command
};

// RFC 9051. Remembers UIDVALIDITY and the highest UID; if the server gives a new UIDVALIDITY, everything is
// visited again. The server marks what it hands out as seen.
Result<std::unique_ptr<Mailbox>> open_imap(ImapSettings settings, std::filesystem::path remembered);

}  // namespace afterpatch::notify

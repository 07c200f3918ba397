// The operator's settings for notices, in one YAML file (docs/notify.md has all keys).
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.h"
#include "notify/mail/mailbox.h"
#include "notify/mail/smtp.h"
#include "notify/message/facts.h"
#include "notify/outbox.h"

namespace afterpatch::app {

struct MailboxPlace {
  std::filesystem::path maildir;             // or
  std::optional<notify::ImapSettings> imap;  // one of both
};

struct NotifyConfig {
  notify::Agency agency;
  std::string case_prefix = "AP";
  std::string link_base;  // "https://agency.example/v/"; empty: notices have no link
  std::chrono::days link_valid{180};
  notify::SmtpSettings smtp;
  std::string returns_address;  // envelope senders are made from it
  MailboxPlace returns;
  MailboxPlace archive;
  std::string secret;  // marks and links are made with it
  std::filesystem::path pgp_home;
  notify::OutboxSettings outbox;
  std::filesystem::path remembered;  // folder for what was read; default: beside the config file
};

// Fails, with file and line, on keys that it does not know, on values of the wrong kind, and on anything that
// sending needs and that is not there: nobody gets a notice from a sender who can't be called back.
// Relative paths are relative to the file.
Result<NotifyConfig> load_notify_config(const std::filesystem::path& file);

}  // namespace afterpatch::app

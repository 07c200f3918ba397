// The outbox's transport and archive as they really are: the operator's mail server and the mailbox of
// copies.
#pragma once

#include "notify/mail/mailbox.h"
#include "notify/mail/smtp.h"
#include "notify/outbox.h"

namespace afterpatch::notify {

class SmtpTransport : public MessageTransport {
 public:
  explicit SmtpTransport(SmtpClient& client) : client_(client) {}  // must outlive it
  Handed hand_over(const OutgoingMessage& message, const std::function<bool()>& before_last_byte) override;

 private:
  SmtpClient& client_;
};

class MailboxArchive : public SentArchive {
 public:
  explicit MailboxArchive(Mailbox& mailbox) : mailbox_(mailbox) {}  // must outlive it
  Result<bool> holds(const std::string& message_id) override { return mailbox_.holds(message_id); }

 private:
  Mailbox& mailbox_;
};

}  // namespace afterpatch::notify

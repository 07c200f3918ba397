// A whole mail for one notice: text, machine's copies, list, marks, signature.
#pragma once

#include <string>

#include "base/error.h"
#include "notify/mail/notice_marks.h"
#include "notify/message/facts.h"
#include "notify/message/notice_text.h"
#include "notify/message/pgp.h"

namespace afterpatch::notify {

struct OutgoingMail {
  NoticeText text;
  std::string message;      // bytes for SmtpClient::send
  std::string message_id;   // for the archive lookup (Mailbox::holds)
  std::string return_path;  // Envelope::sender
  std::string recipient;    // Envelope::recipient, as checked
};

// The same facts give the same bytes (but for the signature). To a hit domain it has no attachments
// (facts.h). Thread-safe.
Result<OutgoingMail> compose_mail(const NoticeLibrary& library, const Agency& agency,
                                  const NoticeFacts& facts, const std::string& recipient,
                                  const NoticeMarks& marks, const PgpSigner* signer = nullptr);

}  // namespace afterpatch::notify

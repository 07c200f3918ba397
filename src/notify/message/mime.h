// A mail as bytes (RFC 5322, RFC 2045 to 2047), by GMime: plain text first, attachments behind it. The same
// content gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "notify/message/pgp.h"

namespace afterpatch::notify {

struct Attachment {
  std::string name;        // file name: letters, digits, "-", "_", "."
  std::string media_type;  // "text/csv"
  std::string content;     // UTF-8 text
};

struct MailContent {
  std::string from_name, from;  // names may hold anything
  std::string reply_to;         // empty: from
  std::string to;
  std::string subject;     // one line; anything else in it becomes visible escapes
  std::string body;        // UTF-8, "\n" line ends, wrapped by the caller
  std::string message_id;  // with "<" and ">"
  Timestamp date{};
  std::vector<Attachment> attachments;
};

// CRLF line ends, only ASCII bytes. Says "Auto-Submitted: auto-generated" (RFC 3834), so that decent robots
// do not answer. Signed as PGP/MIME (RFC 3156) if `signer` is given. Fails on addresses, a Message-ID or file
// names that could break out of a header. Thread-safe as far as `signer` is.
Result<std::string> write_mail(const MailContent& content, const PgpSigner* signer = nullptr);

}  // namespace afterpatch::notify

// Mail addresses as we are willing to write to: the dot-atom form of RFC 5321 and no more. Contacts come from
// lists, registries and web pages of strangers; quoted local parts, comments, address literals and control
// characters are how a header or an SMTP command is forged, and nobody's abuse desk needs them.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::notify {

struct MailAddress {
  std::string local;   // ASCII, as given
  std::string domain;  // ASCII, lower case; names in other scripts as their A-label (IDNA 2008)
  std::string text() const { return local + "@" + domain; }
};

// Fails with the address and what is wrong with it. Thread-safe.
Result<MailAddress> mail_address(std::string_view text);

// A stranger's text as one line: control, line-break, bidirectional and invisible characters become visible
// escapes (base/escape.h), ill-formed bytes are replaced, and what is over `limit` bytes is cut with "…".
std::string one_line(std::string_view text, std::size_t limit);

}  // namespace afterpatch::notify

// The mails that come back: returned ones (RFC 3464), machine answers (RFC 3834), tickets, people.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace afterpatch::range {

// What of the notice an answer refers to.
struct Original {
  std::string message_id;
  std::string subject;
  std::string header;  // whole, for the returned mail
};
Original original_of(std::string_view message);

// "AP-2021-000017" out of a subject; empty if there is none.
std::string case_number_in(std::string_view text);

// `behaviour` as in contacts.h; empty if such a contact writes nothing. `to`: the notice's return path for
// what machines send, its From address otherwise.
std::string reply_of(const std::string& behaviour, const Original& original, const std::string& from,
                     const std::string& to, Timestamp when);

// "Wed, 03 Mar 2021 10:00:00 +0000" (RFC 5322, section 3.3).
std::string mail_date(Timestamp when);

}  // namespace afterpatch::range

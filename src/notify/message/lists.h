// Tables for people and their spreadsheets (RFC 4180, CRLF, UTF-8 with a byte order mark, which Excel needs
// to show names right). Cells that a spreadsheet would run as a formula get a "'" before them
// (base/escape.h): a number such as
// "+49 30 1234" is one of them.
#pragma once

#include <string>
#include <vector>

#include "notify/message/facts.h"

namespace afterpatch::notify {

// One line a server: address, port, name, version, status, reason, seen (UTC), back_doors.
std::string write_provider_list(const NoticeFacts& facts);

struct PhoneEntry {
  std::string case_number, notice_id;
  std::string organisation, contact;  // contact: whom to ask for; may be empty
  std::string phone, language, country;
  std::string server;  // name or address, "and 3 more"
  std::string reason;
  std::string why;  // why by phone: "mail bounced", "its mail is on the hit server"
};

// One line a call, with empty columns for the caller: called_at, reached, result.
std::string write_phone_list(const std::vector<PhoneEntry>& entries);

}  // namespace afterpatch::notify

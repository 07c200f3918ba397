// What came back to the operator's mailbox: a bounce, an automatic answer, a ticket of an abuse desk, or a
// person; and which notice it answers.
//
// Example:
//   const Returned returned = read_returned(bytes, marks, {.archive = "archive@agency.example"});
//   if (returned.kind == ReturnedKind::bounce && returned.proven) ...  // returned.notice_id bounced
#pragma once

#include <string>
#include <string_view>

#include "notify/mail/notice_marks.h"

namespace afterpatch::notify {

enum class ReturnedKind {
  bounce,      // not delivered, for good
  delay,       // not delivered yet
  delivered,   // a mail server says it was delivered
  auto_reply,  // out of office, "we got your message", read receipts
  abuse_desk,  // the answer of a ticket system
  person
};
std::string_view to_string(
    ReturnedKind kind);  // "bounce", "delay", "delivered", "auto-reply", "abuse-desk", "person"

// By what it was tied to a notice, surest first.
enum class Tie { return_path, message_id, subject, none };
std::string_view to_string(Tie tie);  // "return-path", "message-id", "subject", "none"

struct ReturnedSettings {
  std::string archive;             // the archive's address: a bounce of that copy says nothing of the notice
  std::string case_prefix = "AP";  // of case numbers, as in "AP-2021-000017"
};

struct Returned {
  ReturnedKind kind = ReturnedKind::person;
  Tie tie = Tie::none;
  // The writer had the notice itself (notice_marks.h). A case number in a subject can be guessed: show such
  // mail to an operator, change no state by it.
  bool proven = false;
  std::string notice_id;    // "AP-2021-000017.1"; empty if only the case is known
  std::string case_number;  // "AP-2021-000017"; empty if tied to nothing
  std::string status;       // of a bounce, delay or delivery: RFC 3463
  std::string recipient;    // of a bounce, as the report says
  bool about_archive = false;
  std::string from;     // decoded header, hostile, as the next two
  std::string subject;  // decoded
  std::string text;     // what was written or diagnosed, without quotes of our mail; UTF-8, at most 4 KiB
  std::string digest;   // SHA-256 of the bytes: the same mail read twice is one
  bool incomplete = false;
};

// Any bytes give an answer. Linear in their number (at most 4 MiB are read). Thread-safe.
Returned read_returned(std::string_view bytes, const NoticeMarks& marks, const ReturnedSettings& settings);

}  // namespace afterpatch::notify

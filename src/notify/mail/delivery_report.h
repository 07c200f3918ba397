// What a mail server says became of a message: RFC 3464, and the reports that predate or ignore it: qmail
// (the text form of cr.yp.to/proto/qsbmf.txt), Exim ("X-Failed-Recipients", its manual, chapter 50), Exchange
// ("X-MS-Exchange-Message-Is-Ndr", statuses such as "#5.1.1" in the text) and mailer daemons that only write
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "notify/mail/mime_reader.h"

namespace afterpatch::notify {

enum class DeliveryOutcome { failed, delayed, delivered };

struct DeliveryReport {
  DeliveryOutcome outcome = DeliveryOutcome::failed;
  std::string recipient;       // whom it is about, as the report says; empty if it does not
  std::string status;          // RFC 3463; "5.0.0", "4.0.0" where the report gives none
  std::string diagnosis;       // the other server's words: hostile, at most 1 KiB
  bool about_archive = false;  // it speaks of our archive's mailbox only
};

// nullopt if the message is no such report. Of several recipients the one that is not `archive` counts,
// failed ones first. Anybody can write such a report: believe it only with NoticeMarks. Thread-safe.
std::optional<DeliveryReport> delivery_report(const MimePart& message, std::string_view archive);

}  // namespace afterpatch::notify

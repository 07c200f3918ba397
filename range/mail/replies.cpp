#include "range/mail/replies.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::range {
namespace {

constexpr std::string_view kBoundary = "=_range_report";

// Unfolded value of a header field; empty if there is none.
std::string field_of(std::string_view header, std::string_view name) {
  std::string value;
  bool inside = false;
  while (!header.empty()) {
    const auto end = std::min(header.find("\r\n"), header.size());
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(end + 2, header.size()));
    const bool continues = line.starts_with(' ') || line.starts_with('\t');
    if (continues && inside) value += line;
    if (continues) continue;
    if (inside) return value;
    inside = line.size() > name.size() && line[name.size()] == ':' &&
             equals_ignoring_case(line.substr(0, name.size()), name);
    if (inside) value = line.substr(name.size() + 1);
  }
  return value;
}

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string head(const std::string& from, const std::string& to, const std::string& subject, Timestamp when,
                 const Original& original) {
  return fmt::format(
      "From: {}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}.{}>\r\nIn-Reply-To: "
      "{}\r\nReferences: "
      "{}\r\nMIME-Version: 1.0\r\n",
      from, to, subject, mail_date(when), when.time_since_epoch().count(), from, original.message_id,
      original.message_id);
}

std::string plain(const std::string& text) {
  return "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n";
}

std::string returned_mail(const Original& original, const std::string& from, const std::string& to,
                          Timestamp when) {
  std::string out = fmt::format(
      "From: Mail Delivery System <MAILER-DAEMON@mail.range.example>\r\nTo: {}\r\nSubject: Undelivered Mail "
      "Returned to Sender\r\nDate: {}\r\nMessage-ID: <{}.bounce@mail.range.example>\r\nAuto-Submitted: "
      "auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
      "boundary=\"{}\"\r\n\r\n",
      to, mail_date(when), when.time_since_epoch().count(), kBoundary);
  out += fmt::format(
      "--{}\r\nContent-Type: text/plain\r\n\r\nThe mailbox of {} does not exist any more.\r\n\r\n", kBoundary,
      from);
  out += fmt::format(
      "--{}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.range.example\r\n\r\n"
      "Final-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no "
      "such user\r\n\r\n",
      kBoundary, from);
  return out + fmt::format("--{}\r\nContent-Type: text/rfc822-headers\r\n\r\n{}\r\n--{}--\r\n", kBoundary,
                           original.header, kBoundary);
}

}  // namespace

std::string mail_date(Timestamp when) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(when - day));
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[std::chrono::weekday(day).c_encoding()],
                     unsigned(date.day()), kMonths[unsigned(date.month()) - 1], int(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

Original original_of(std::string_view message) {
  const std::string_view header = message.substr(0, message.find("\r\n\r\n"));
  return {trimmed(field_of(header, "Message-ID")), trimmed(field_of(header, "Subject")),
          std::string(header) + "\r\n"};
}

std::string case_number_in(std::string_view text) {
  constexpr std::size_t kLength = 14;  // "AP-2021-000017"
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (auto at = text.find("AP-"); at != std::string_view::npos; at = text.find("AP-", at + 1)) {
    const std::string_view word = text.substr(at, kLength);
    bool fits = word.size() == kLength;
    for (std::size_t i = 3; fits && i < kLength; ++i) fits = i == 7 ? word[i] == '-' : is_digit(word[i]);
    if (fits) return std::string(word);
  }
  return {};
}

std::string reply_of(const std::string& behaviour, const Original& original, const std::string& from,
                     const std::string& to, Timestamp when) {
  if (behaviour == "bounces") return returned_mail(original, from, to, when);
  if (behaviour == "auto-reply")
    return head(from, to, "Out of office: " + original.subject, when, original) +
           "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n" +
           plain("I am away until further notice. Your message is not forwarded.");
  if (behaviour == "abuse-desk")
    return head(from, to,
                "[Ticket #" + std::to_string(when.time_since_epoch().count() / 1'000'000) + "] " +
                    original.subject,
                when, original) +
           "Auto-Submitted: auto-replied\r\n" +
           plain(
               "Thank you for your report. A ticket was opened. Please keep the ticket number in the "
               "subject.");
  if (behaviour == "answers")
    return head(from, to, "Re: " + original.subject, when, original) +
           plain("Thank you for telling us. We are looking into it now.");
  if (behaviour == "wrong-contact")
    return head(from, to, "Re: " + original.subject, when, original) +
           plain("This server is not ours. Please ask somebody else.");
  return {};
}

}  // namespace afterpatch::range

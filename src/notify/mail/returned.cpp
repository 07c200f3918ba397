#include "notify/mail/returned.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "notify/mail/delivery_report.h"
#include "notify/mail/mime_reader.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxShownHeader = 500;
constexpr std::size_t kMaxIdentifiers = 200;

// --- which notice
// -------------------------------------------------------------------------------------------------

// Envelope recipients as mail servers write them down, then what the writer put there.
constexpr std::array<std::string_view, 6> kRecipientHeaders = {
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"};
constexpr std::array<std::string_view, 2> kReferenceHeaders = {"in-reply-to", "references"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, name) != names.end();
}

// Every word with an "@", without what surrounds addresses.
std::vector<std::string_view> words_with_at(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> found;
  std::size_t at = 0;
  while (at < text.size() && found.size() < kMaxIdentifiers) {
    const std::size_t begin = text.find_first_not_of(separators, at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    if (text.substr(begin, end - begin).contains('@')) found.push_back(text.substr(begin, end - begin));
    at = end;
  }
  return found;
}

std::optional<std::string> by_return_path(const MimePart& message, const NoticeMarks& marks) {
  for (const MailHeader& header : message.headers) {
    if (!is_one_of(header.name, kRecipientHeaders)) continue;
    for (const std::string_view word : words_with_at(header.value, "<>,;\"() \t"))
      if (auto notice = marks.notice_of_return_path(word)) return notice;
  }
  return std::nullopt;
}

std::optional<std::string> by_identifiers(std::string_view text, const NoticeMarks& marks) {
  for (const std::string_view word : words_with_at(text, "<>,;\"() \t\r\n"))
    if (auto notice = marks.notice_of_message_id("<" + std::string(word) + ">")) return notice;
  return std::nullopt;
}

// In the answer's own headers, in those of our message where it was sent back as a part, and in returned
// text.
std::optional<std::string> by_message_id(const MimePart& part, const NoticeMarks& marks, bool inner) {
  for (const MailHeader& header : part.headers) {
    const bool refers = is_one_of(header.name, kReferenceHeaders) || (inner && header.name == "message-id");
    if (!refers) continue;
    if (auto notice = by_identifiers(header.value, marks)) return notice;
  }
  for (const MimePart& below : part.parts)
    if (auto notice = by_message_id(below, marks, true)) return notice;
  return part.parts.empty() ? by_identifiers(part.text(), marks) : std::nullopt;
}

std::string case_of(std::string_view notice) {
  return std::string(notice.substr(0, notice.rfind('.')));
}

struct Subject {
  std::string notice, case_number;
};

Subject by_subject(std::string_view subject, std::string_view prefix) {
  Subject found;
  const re2::RE2 pattern(R"((?i)(?:^|[^A-Za-z0-9]))"
                         "(" +
                         re2::RE2::QuoteMeta(re2::StringPiece(prefix.data(), prefix.size())) +
                         R"(-\d{4}-\d{4,8})(\.\d{1,4})?)");
  std::string number;
  if (!re2::RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), pattern, &found.case_number,
                              &number))
    return {};
  for (char& c : found.case_number) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  if (!number.empty()) found.notice = found.case_number + number;
  return found;
}

void tie_to_notice(Returned& returned, const MimePart& message, const NoticeMarks& marks,
                   std::string_view prefix) {
  if (auto notice = by_return_path(message, marks)) {
    returned.tie = Tie::return_path;
    returned.notice_id = *notice;
  } else if (auto identified = by_message_id(message, marks, false)) {
    returned.tie = Tie::message_id;
    returned.notice_id = *identified;
  } else if (const Subject subject = by_subject(returned.subject, prefix); !subject.case_number.empty()) {
    returned.tie = Tie::subject;
    returned.notice_id = subject.notice;
    returned.case_number = subject.case_number;
  }
  returned.proven = returned.tie == Tie::return_path || returned.tie == Tie::message_id;
  if (returned.case_number.empty()) returned.case_number = case_of(returned.notice_id);
}

// --- who writes
// ---------------------------------------------------------------------------------------------------

// Headers that ticket systems put on what they send: Request Tracker, OTRS and its forks, Zammad, Zendesk,
// GLPI, Freshdesk, Jira Service Management, osTicket, ServiceNow.
constexpr std::array<std::string_view, 14> kTicketHeaders = {
    "rt-ticket",         "x-rt-ticket",           "x-otrs-loop",        "x-otrs-ticket",
    "x-otobo-loop",      "x-znuny-loop",          "x-zammad-loop",      "x-zendesk-ticket",
    "x-glpi-itemtype",   "x-freshdesk-ticket-id", "x-jira-fingerprint", "x-autorespond-ticket",
    "x-osticket-ticket", "x-servicenow-generated"};

bool is_ticket(const MimePart& message, std::string_view subject) {
  const bool by_header = std::ranges::any_of(message.headers, [](const MailHeader& header) {
    return is_one_of(header.name, kTicketHeaders) || header.name.starts_with("x-zendesk-");
  });
  if (by_header) return true;
  // "[Ticket#2021031410000123]", "[example.org #4711]", "Ticket ID: 4711", "[JIRA] (ABUSE-123)"
  static const re2::RE2 kNumber(
      R"((?i)\[[^\[\]]{0,80}#\s?\d{3,20}\]|\b(?:ticket|vorgang|incident|solicitud|requête|demande)(?:\s?(?:id|nr\.?|no\.?|number|nummer|n[ºo°]))?\s?[:#]\s?[A-Z]{0,6}-?\d{3,20})");
  return re2::RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), kNumber);
}

constexpr std::array<std::string_view, 11> kAutomaticSubjects = {
    "automatic reply:",    "auto:",
    "autoreply:",          "auto-reply:",
    "out of office",       "automatische antwort:",
    "abwesenheitsnotiz",   "abwesend:",
    "réponse automatique", "respuesta automática",
    "fuera de la oficina"};

// RFC 3834, section 5, and the signs of servers that do not know it.
bool is_automatic(const MimePart& message, std::string_view subject) {
  const std::string_view submitted = trim(message.header("auto-submitted"));
  if (!submitted.empty() && !starts_with_ignoring_case(submitted, "no")) return true;
  for (const std::string_view name :
       {"x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply"})
    if (!message.header(name).empty()) return true;
  const std::string_view precedence = trim(message.header("precedence"));
  if (equals_ignoring_case(precedence, "auto_reply") || equals_ignoring_case(precedence, "bulk") ||
      equals_ignoring_case(precedence, "junk"))
    return true;
  if (message.type == "multipart/report") return true;  // read receipts (RFC 8098), feedback (RFC 5965)
  if (trim(message.header("return-path")) == "<>") return true;
  const std::string lower = to_lower_ascii(subject);
  return std::ranges::any_of(kAutomaticSubjects,
                             [&](std::string_view one) { return lower.starts_with(one); });
}

ReturnedKind kind_of(DeliveryOutcome outcome) {
  return outcome == DeliveryOutcome::failed    ? ReturnedKind::bounce
         : outcome == DeliveryOutcome::delayed ? ReturnedKind::delay
                                               : ReturnedKind::delivered;
}

// --- what it says
// -------------------------------------------------------------------------------------------------

const MimePart* first_plain(const MimePart& part) {
  if (part.parts.empty()) return part.type == "text/plain" ? &part : nullptr;
  if (part.type == "message/rfc822") return nullptr;
  for (const MimePart& below : part.parts)
    if (const MimePart* found = first_plain(below)) return found;
  return nullptr;
}

// Cuts at a whole character.
std::string bounded(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  text.resize(limit);
  return text;
}

std::string written(const MimePart& message) {
  const MimePart* plain = first_plain(message);
  if (plain == nullptr) return {};
  const std::string whole = plain->text();
  std::string kept;
  for (std::string_view line : split(whole, '\n')) {
    if (kept.size() > kMaxText) break;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('>')) continue;
    kept.append(line);
    kept.push_back('\n');
  }
  return bounded(std::string(trim(kept)), kMaxText);
}

void judge(Returned& returned, const MimePart& message, const ReturnedSettings& settings) {
  if (const auto report = delivery_report(message, settings.archive)) {
    returned.kind = kind_of(report->outcome);
    returned.status = report->status;
    returned.recipient = report->recipient;
    returned.about_archive = report->about_archive;
    returned.text = report->diagnosis.empty() ? written(message) : report->diagnosis;
    return;
  }
  returned.text = written(message);
  returned.kind = is_ticket(message, returned.subject)      ? ReturnedKind::abuse_desk
                  : is_automatic(message, returned.subject) ? ReturnedKind::auto_reply
                                                            : ReturnedKind::person;
}

}  // namespace

std::string_view to_string(ReturnedKind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"bounce",     "delay",      "delivered",
                                                      "auto-reply", "abuse-desk", "person"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Tie tie) {
  constexpr std::array<std::string_view, 4> kNames = {"return-path", "message-id", "subject", "none"};
  return kNames[static_cast<std::size_t>(tie)];
}

Returned read_returned(std::string_view bytes, const NoticeMarks& marks, const ReturnedSettings& settings) {
  const ReadMail mail = read_mail(bytes);
  Returned returned;
  returned.incomplete = mail.incomplete;
  returned.digest = sha256(bytes);
  returned.from = bounded(decoded_header(mail.message.header("from")), kMaxShownHeader);
  returned.subject = bounded(decoded_header(mail.message.header("subject")), kMaxShownHeader);
  judge(returned, mail.message, settings);
  tie_to_notice(returned, mail.message, marks, settings.case_prefix);
  return returned;
}

}  // namespace afterpatch::notify

#include "notify/mail/delivery_report.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kMaxDiagnosis = 1024;
constexpr std::size_t kLookedAt = 16U << 10U;  // of a text, for statuses

const MimePart* find_part(const MimePart& part, std::string_view type) {
  if (part.type == type) return &part;
  for (const MimePart& inner : part.parts)
    if (const MimePart* found = find_part(inner, type)) return found;
  return nullptr;
}

// "rfc822; jane@example.org" -> "jane@example.org"
std::string address_field(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  std::string_view address = trim(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1));
  if (address.starts_with('<')) address = address.substr(1, address.find('>') - 1);
  return std::string(address.substr(0, 320));
}

DeliveryOutcome outcome_of(std::string_view action, std::string_view status) {
  if (equals_ignoring_case(action, "delayed")) return DeliveryOutcome::delayed;
  if (equals_ignoring_case(action, "delivered") || equals_ignoring_case(action, "relayed") ||
      equals_ignoring_case(action, "expanded"))
    return DeliveryOutcome::delivered;
  if (action.empty() && status.starts_with('4')) return DeliveryOutcome::delayed;
  return action.empty() && status.starts_with('2') ? DeliveryOutcome::delivered : DeliveryOutcome::failed;
}

std::string status_in(std::string_view text) {
  static const re2::RE2 kStatus(R"((?:^|[^0-9.])([245]\.\d{1,3}\.\d{1,3})(?:[^0-9.]|$|\.\s))");
  std::string found;
  re2::RE2::PartialMatch(re2::StringPiece(text.substr(0, kLookedAt)), kStatus, &found);
  return found;
}

std::string status_or_general(std::string status, DeliveryOutcome outcome) {
  if (!status.empty()) return status;
  return outcome == DeliveryOutcome::delayed     ? "4.0.0"
         : outcome == DeliveryOutcome::delivered ? "2.0.0"
                                                 : "5.0.0";
}

std::string field(const std::vector<MailHeader>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &MailHeader::name);
  return found == fields.end() ? std::string() : found->value;
}

DeliveryReport from_fields(const std::vector<MailHeader>& fields, std::string_view archive) {
  DeliveryReport report;
  const std::string final_recipient = address_field(field(fields, "final-recipient"));
  const std::string original = address_field(field(fields, "original-recipient"));
  report.recipient = original.empty() ? final_recipient : original;
  report.status = status_in(field(fields, "status"));
  report.outcome = outcome_of(trim(field(fields, "action")), report.status);
  report.status = status_or_general(report.status, report.outcome);
  report.diagnosis = to_utf8(field(fields, "diagnostic-code").substr(0, kMaxDiagnosis));
  report.about_archive = !archive.empty() && (equals_ignoring_case(final_recipient, archive) ||
                                              equals_ignoring_case(original, archive));
  return report;
}

// Groups of fields, parted by empty lines; the first is about the message (RFC 3464, 2.1).
std::vector<DeliveryReport> recipients_of(std::string_view text, std::string_view archive) {
  std::vector<DeliveryReport> found;
  std::size_t at = 0;
  while (at < text.size() && found.size() < kMaxMimeParts) {
    const std::size_t unix_end = text.find("\n\n", at);
    const std::size_t crlf_end = text.find("\r\n\r\n", at);
    const std::size_t end = std::min({unix_end, crlf_end, text.size()});
    const std::vector<MailHeader> fields = read_headers(text.substr(at, end - at));
    if (!field(fields, "final-recipient").empty() || !field(fields, "action").empty())
      found.push_back(from_fields(fields, archive));
    at = end >= text.size() ? end : end + (end == crlf_end ? 4 : 2);
  }
  return found;
}

std::optional<DeliveryReport> standard(const MimePart& message, std::string_view archive) {
  const MimePart* status = find_part(message, "message/delivery-status");
  if (status == nullptr) status = find_part(message, "message/global-delivery-status");
  if (status == nullptr) return std::nullopt;
  std::vector<DeliveryReport> all = recipients_of(status->text(), archive);
  if (all.empty()) return std::nullopt;
  return *std::ranges::min_element(
      all, {}, [](const DeliveryReport& report) { return std::pair(report.about_archive, report.outcome); });
}

std::string first_text(const MimePart& message) {
  const MimePart* text = find_part(message, "text/plain");
  if (text == nullptr) text = find_part(message, "text/html");
  return text == nullptr ? std::string() : text->text();
}

DeliveryReport from_text(std::string_view text, DeliveryOutcome outcome, std::string recipient,
                         std::string_view archive) {
  DeliveryReport report;
  report.outcome = outcome;
  report.recipient = std::move(recipient);
  report.status = status_or_general(status_in(text), outcome);
  report.diagnosis = to_utf8(trim(text).substr(0, kMaxDiagnosis));
  report.about_archive = !archive.empty() && equals_ignoring_case(report.recipient, archive);
  return report;
}

// "Hi. This is the", then a paragraph that begins with "<address>:".
std::optional<DeliveryReport> qmail(const MimePart& message, std::string_view archive) {
  const std::string text = first_text(message);
  if (!trim(text).starts_with("Hi. This is the")) return std::nullopt;
  static const re2::RE2 kParagraph(R"((?:\n|\A)<([^<>\s]{1,320})>:[ \t]*\r?\n((?:[^\r\n]+\r?\n?){1,20}))");
  re2::StringPiece rest(text.data(), std::min(text.size(), kLookedAt));
  std::optional<DeliveryReport> found;
  std::string recipient;
  std::string why;
  while (re2::RE2::FindAndConsume(&rest, kParagraph, &recipient, &why)) {
    const DeliveryReport report = from_text(why, DeliveryOutcome::failed, recipient, archive);
    if (!found || found->about_archive) found = report;
  }
  return found;
}

bool is_null_sender(const MimePart& message) {
  const std::string_view path = trim(message.header("return-path"));
  return path == "<>";
}

bool from_mailer(const MimePart& message) {
  const std::string from = to_lower_ascii(message.header("from"));
  return is_null_sender(message) || from.contains("mailer-daemon") || from.contains("postmaster@") ||
         from.contains("microsoftexchange329e71ec88ae4615bbc36ab6ce41109e");  // Exchange's own sender
}

// How mailers begin the subject of a delay and of a failure, lower case.
constexpr std::array<std::string_view, 5> kDelaySubjects = {
    "warning: message", "delivery status notification (delay)", "delayed mail", "delivery delayed",
    "warning: could not send"};
constexpr std::array<std::string_view, 14> kFailureSubjects = {"undelivered mail",
                                                               "undeliverable",
                                                               "mail delivery failed",
                                                               "mail delivery failure",
                                                               "mail delivery system",
                                                               "failure notice",
                                                               "delivery status notification (failure)",
                                                               "delivery failure",
                                                               "returned mail",
                                                               "message undeliverable",
                                                               "unzustellbar",
                                                               "non remis",
                                                               "non-remis",
                                                               "no se puede entregar"};

template <std::size_t N>
bool begins_with_one_of(std::string_view subject, const std::array<std::string_view, N>& beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view one) { return subject.starts_with(one); });
}

std::optional<DeliveryReport> by_mailers_text(const MimePart& message, std::string_view archive) {
  const std::string subject = to_lower_ascii(decoded_header(message.header("subject")));
  const std::string failed(trim(message.header("x-failed-recipients")));
  const bool exchange = !message.header("x-ms-exchange-message-is-ndr").empty();
  const bool delayed = begins_with_one_of(subject, kDelaySubjects);
  const bool says_so =
      !failed.empty() || exchange || delayed || begins_with_one_of(subject, kFailureSubjects);
  if (!says_so || (failed.empty() && !exchange && !from_mailer(message))) return std::nullopt;
  return from_text(first_text(message), delayed ? DeliveryOutcome::delayed : DeliveryOutcome::failed,
                   failed.substr(0, failed.find(',')), archive);
}

}  // namespace

std::optional<DeliveryReport> delivery_report(const MimePart& message, std::string_view archive) {
  const bool report = message.type == "multipart/report" || from_mailer(message) ||
                      !message.header("x-ms-exchange-message-is-ndr").empty();
  if (report)
    if (auto found = standard(message, archive)) return found;
  if (auto found = qmail(message, archive)) return found;
  return by_mailers_text(message, archive);
}

}  // namespace afterpatch::notify

#include "notify/message/compose.h"

#include <fmt/format.h>

#include <algorithm>

#include "notify/message/address.h"
#include "notify/message/lists.h"
#include "notify/message/mime.h"
#include "notify/message/xarf.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kWidth = 72;  // shorter than RFC 5322's 78, so that a quoted answer still fits

Result<std::vector<Attachment>> attachments(const Agency& agency, const NoticeFacts& facts) {
  std::vector<Attachment> all;
  if (facts.to_hit_domain) return all;
  if (facts.to_provider) all.push_back({"servers.csv", "text/csv", write_provider_list(facts)});
  const std::size_t count = std::min(facts.servers.size(), kNamedServers);
  for (std::size_t i = 0; i < count; ++i) {
    Result<std::string> report = write_xarf(agency, facts, facts.servers[i]);
    if (!report) return std::unexpected(report.error());
    all.push_back({count == 1 ? "xarf.json" : fmt::format("xarf-{}.json", i + 1), "application/json",
                   std::move(*report)});
  }
  return all;
}

}  // namespace

Result<OutgoingMail> compose_mail(const NoticeLibrary& library, const Agency& agency,
                                  const NoticeFacts& facts, const std::string& recipient,
                                  const NoticeMarks& marks, const PgpSigner* signer) {
  const Result<MailAddress> to = mail_address(recipient);
  if (!to) return std::unexpected(to.error());
  Result<NoticeText> text = write_notice(library, agency, facts);
  if (!text) return std::unexpected(text.error());
  const Result<std::string> message_id = marks.message_id(facts.notice_id);
  if (!message_id) return std::unexpected(message_id.error());
  const Result<std::string> return_path = marks.return_path(facts.notice_id);
  if (!return_path) return std::unexpected(return_path.error());
  Result<std::vector<Attachment>> attached = attachments(agency, facts);
  if (!attached) return std::unexpected(attached.error());
  const MailContent content{.from_name = agency.name,
                            .from = agency.mail_address,
                            .reply_to = agency.reply_to,
                            .to = to->text(),
                            .subject = text->subject,
                            .body = wrapped(text->body, kWidth),
                            .message_id = *message_id,
                            .date = facts.date,
                            .attachments = std::move(*attached)};
  Result<std::string> message = write_mail(content, signer);
  if (!message) return std::unexpected(message.error());
  return OutgoingMail{std::move(*text), std::move(*message), *message_id, *return_path, to->text()};
}

}  // namespace afterpatch::notify

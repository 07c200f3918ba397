#include "notify/message/mime.h"

#include <fmt/format.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

#include "base/hash.h"
#include "base/text.h"
#include "notify/message/address.h"
#include "notify/message/gmime_start.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kMaxName = 120;
constexpr std::size_t kMaxSubject = 250;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
  void operator()(GMimeFormatOptions* options) const { g_mime_format_options_free(options); }
  void operator()(GDateTime* time) const { g_date_time_unref(time); }
  void operator()(char* text) const { g_free(text); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

Owned<GMimeFormatOptions> crlf() {
  Owned<GMimeFormatOptions> options(g_mime_format_options_new());
  g_mime_format_options_set_newline_format(options.get(), GMIME_NEWLINE_FORMAT_DOS);
  return options;
}

bool is_message_id(std::string_view text) {
  return text.size() > 4 && text.size() < 250 && text.starts_with('<') && text.ends_with('>') &&
         text.find('@') != std::string_view::npos &&
         std::ranges::all_of(
             text.substr(1, text.size() - 2),
             [](char c) {
               return c > ' ' && c < 127 && c != '<' && c != '>' && c != '"' && c != '(' && c != ')';
             });
}

bool is_plain(std::string_view text, std::string_view also) {
  return !text.empty() && text.size() <= 100 && !text.starts_with('.') &&
         std::ranges::all_of(text, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  also.contains(c);
         });
}

// A second mark for each purpose, so that no boundary can stand in the text by chance or by intent: nobody
// knows it before the text is fixed.
std::string boundary(const MailContent& content, std::string_view purpose) {
  return fmt::format("=_{}_{}", purpose, sha256(content.message_id + content.body).substr(0, 24));
}

Result<void> checked(const MailContent& content) {
  for (const std::string& address :
       {content.from, content.to, content.reply_to.empty() ? content.from : content.reply_to})
    if (const Result<MailAddress> good = mail_address(address); !good) return std::unexpected(good.error());
  if (!is_message_id(content.message_id)) return fail("not a Message-ID", one_line(content.message_id, 200));
  for (const Attachment& attachment : content.attachments)
    if (!is_plain(attachment.name, "-_.") || !is_plain(attachment.media_type, "-./+"))
      return fail("attachment has a name or type that mail can't hold", one_line(attachment.name, 200));
  return {};
}

GMimePart* text_part(std::string_view media_type, const std::string& text, GMimeContentEncoding encoding) {
  const std::size_t slash = media_type.find('/');
  GMimePart* part = g_mime_part_new_with_type(std::string(media_type.substr(0, slash)).c_str(),
                                              std::string(media_type.substr(slash + 1)).c_str());
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(text.data(), text.size()));
  const Owned<GMimeDataWrapper> wrapper(
      g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
  g_mime_part_set_content(part, wrapper.get());
  g_mime_part_set_content_encoding(part, encoding);
  return part;
}

GMimeObject* attached(const Attachment& attachment) {
  GMimePart* part = text_part(attachment.media_type, attachment.content, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_part_set_filename(part, attachment.name.c_str());
  return GMIME_OBJECT(part);
}

std::string entity(const MailContent& content) {
  Owned<GMimeObject> whole(
      GMIME_OBJECT(text_part("text/plain", to_utf8(content.body), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)));
  if (!content.attachments.empty()) {
    GMimeMultipart* multipart = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_set_boundary(multipart, boundary(content, "parts").c_str());
    g_mime_multipart_add(multipart, whole.get());
    for (const Attachment& attachment : content.attachments) {
      const Owned<GMimeObject> part(attached(attachment));
      g_mime_multipart_add(multipart, part.get());
    }
    whole.reset(GMIME_OBJECT(multipart));
  }
  const Owned<char> text(g_mime_object_to_string(whole.get(), crlf().get()));
  return text.get();
}

std::string headers(const MailContent& content) {
  const Owned<GMimeMessage> message(g_mime_message_new(FALSE));
  const std::string name = one_line(content.from_name, kMaxName);
  g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_FROM, name.c_str(),
                             mail_address(content.from)->text().c_str());
  g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_TO, nullptr,
                             mail_address(content.to)->text().c_str());
  if (!content.reply_to.empty())
    g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_REPLY_TO, nullptr,
                               mail_address(content.reply_to)->text().c_str());
  g_mime_message_set_subject(message.get(), one_line(content.subject, kMaxSubject).c_str(), "utf-8");
  const auto seconds = std::chrono::floor<std::chrono::seconds>(content.date).time_since_epoch().count();
  const Owned<GDateTime> date(g_date_time_new_from_unix_utc(seconds));
  g_mime_message_set_date(message.get(), date.get());
  g_mime_message_set_message_id(message.get(),
                                content.message_id.substr(1, content.message_id.size() - 2).c_str());
  g_mime_object_set_header(GMIME_OBJECT(message.get()), "Auto-Submitted", "auto-generated", nullptr);
  const Owned<char> text(g_mime_object_get_headers(GMIME_OBJECT(message.get()), crlf().get()));
  return std::string(text.get()) + "MIME-Version: 1.0\r\n";
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') out.push_back('\r');
    out.push_back(c);
  }
  return out;
}

std::string signed_entity(const std::string& signed_part, const PgpSignature& signature,
                          const std::string& mark) {
  return fmt::format(
      "Content-Type: multipart/signed; micalg={0};\r\n\tprotocol=\"application/pgp-signature\"; "
      "boundary=\"{1}\"\r\n\r\n"
      "--{1}\r\n{2}\r\n--{1}\r\nContent-Type: application/pgp-signature; name=\"signature.asc\"\r\n"
      "Content-Description: OpenPGP digital signature\r\n\r\n{3}\r\n--{1}--\r\n",
      signature.micalg, mark, signed_part, with_crlf(signature.armored));
}

}  // namespace

Result<std::string> write_mail(const MailContent& content, const PgpSigner* signer) {
  if (const Result<void> good = checked(content); !good) return std::unexpected(good.error());
  start_gmime();
  const std::string body = entity(content);
  if (signer == nullptr) return headers(content) + body;
  const Result<PgpSignature> signature = signer->sign(body);
  if (!signature) return std::unexpected(signature.error());
  return headers(content) + signed_entity(body, *signature, boundary(content, "signed"));
}

}  // namespace afterpatch::notify

// Makes the mail of a notice: facts from the store, words from knowledge/notices, marks and link from the
// operator's secret.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "app/notify_config.h"
#include "notify/message/compose.h"
#include "notify/message/letters.h"
#include "notify/message/notice_library.h"
#include "notify/outbox.h"
#include "store/store.h"

namespace afterpatch::app {

// Not thread-safe, as the store. The same notice gives the same mail, link and all, whenever it is made (but
// for the date of a signature): a second try is no second message.
class NoticeComposer {
 public:
  // `config` and `store` must outlive it.
  static Result<std::unique_ptr<NoticeComposer>> make(const NotifyConfig& config, store::Store& store,
                                                      const std::filesystem::path& knowledge);
  virtual ~NoticeComposer() = default;

  virtual Result<notify::NoticeFacts> facts(const store::NoticeRow& notice) = 0;
  // Subject and text, for any channel.
  virtual Result<notify::NoticeText> text(const store::NoticeRow& notice) = 0;
  virtual Result<notify::OutgoingMail> mail(const store::NoticeRow& notice) = 0;
  // As the outbox takes it; keeps the link's digest in the store, so that the page opens.
  virtual Result<notify::OutgoingMessage> outgoing(const store::NoticeRow& notice) = 0;
  // For paper: keeps the link's digest too.
  virtual Result<notify::Letter> letter(const store::NoticeRow& notice) = 0;
  virtual const notify::NoticeLibrary& library() const = 0;
};

// 256 bits as 43 characters of base64url (RFC 4648, section 5), as the victim's page takes them: HMAC-SHA256
// of the notice's id. Who has the secret has all links.
std::string link_token(const std::string& secret, const std::string& notice_id);

}  // namespace afterpatch::app

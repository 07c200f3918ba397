// Marks by which returned mail proves which notice it answers. Anybody can write to the operator's mailbox,
// and case numbers are easy to guess, so each mark holds a keyed digest: only who got the notice can give it
// back.
//
// Example:
//   const NoticeMarks marks("returns@agency.example", secret);
//   *marks.return_path("AP-2021-000017.1")   // "returns+ap-2021-000017.1-6fd2...@agency.example"
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::notify {

// Thread-safe.
class NoticeMarks {
 public:
  // `mailbox`: the address that returned mail goes to; its server must deliver "+" addresses to it (Postfix:
  // recipient_delimiter). `secret`: at least 16 bytes, the same as long as answers are expected.
  static Result<NoticeMarks> make(std::string_view mailbox, std::string secret);

  // The envelope sender (VERP). Fails if the id has other characters than letters, digits, "-" and ".", or if
  // the local part would be longer than 64 bytes (RFC 5321, 4.5.3.1.1).
  Result<std::string> return_path(std::string_view notice_id) const;
  // The Message-ID with its angle brackets: the same for the same notice, whenever it is made.
  Result<std::string> message_id(std::string_view notice_id) const;

  // The notice that was marked so; nullopt for forged, cut or foreign ones. Case is ignored: some servers
  // change it.
  std::optional<std::string> notice_of_return_path(std::string_view address) const;
  std::optional<std::string> notice_of_message_id(std::string_view message_id) const;

 private:
  NoticeMarks(std::string local, std::string domain, std::string secret);
  std::string digest(std::string_view purpose, std::string_view id) const;
  std::optional<std::string> proven(std::string_view purpose, std::string_view marked) const;

  std::string local_, domain_, secret_;
};

}  // namespace afterpatch::notify

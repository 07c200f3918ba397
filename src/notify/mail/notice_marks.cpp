#include "notify/mail/notice_marks.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/hex.h"
#include "base/text.h"
#include "notify/message/address.h"

namespace afterpatch::notify {
namespace {

// 80 bits: nobody guesses that by mail, and local parts stay short.
constexpr std::size_t kDigestDigits = 20;
constexpr std::size_t kMaxLocalPart = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::size_t kMinSecretBytes = 16;
constexpr std::string_view kReturnPath = "return-path";
constexpr std::string_view kMessageId = "message-id";

bool id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

Result<std::string> checked_id(std::string_view id) {
  const bool plain = !id.empty() && id.front() != '.' && id.back() != '.' && !id.contains("..") &&
                     std::ranges::all_of(id, id_character);
  if (!plain) return fail("notice id has characters that a mail address can't hold", std::string(id));
  return to_lower_ascii(id);
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return out;
}

}  // namespace

NoticeMarks::NoticeMarks(std::string local, std::string domain, std::string secret)
    : local_(std::move(local)), domain_(std::move(domain)), secret_(std::move(secret)) {}

Result<NoticeMarks> NoticeMarks::make(std::string_view mailbox, std::string secret) {
  const Result<MailAddress> address = mail_address(mailbox);
  if (!address) return std::unexpected(address.error());
  if (secret.size() < kMinSecretBytes)
    return fail("the secret for return addresses is too short", {}, "give at least 16 random bytes");
  return NoticeMarks(to_lower_ascii(address->local), to_lower_ascii(address->domain), std::move(secret));
}

std::string NoticeMarks::digest(std::string_view purpose, std::string_view id) const {
  const std::string text = fmt::format("{}:{}", purpose, id);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &size);
  return to_hex({reinterpret_cast<const char*>(bytes.data()), size}).substr(0, kDigestDigits);
}

Result<std::string> NoticeMarks::return_path(std::string_view notice_id) const {
  const Result<std::string> id = checked_id(notice_id);
  if (!id) return std::unexpected(id.error());
  const std::string local = fmt::format("{}+{}-{}", local_, *id, digest(kReturnPath, *id));
  if (local.size() > kMaxLocalPart)
    return fail("return address is longer than mail allows", local,
                "use a shorter name for the returns mailbox");
  return fmt::format("{}@{}", local, domain_);
}

Result<std::string> NoticeMarks::message_id(std::string_view notice_id) const {
  const Result<std::string> id = checked_id(notice_id);
  if (!id) return std::unexpected(id.error());
  return fmt::format("<{}-{}@{}>", *id, digest(kMessageId, *id), domain_);
}

std::optional<std::string> NoticeMarks::proven(std::string_view purpose, std::string_view marked) const {
  const std::size_t dash = marked.rfind('-');
  if (dash == std::string_view::npos || marked.size() - dash - 1 != kDigestDigits) return std::nullopt;
  const std::string_view id = marked.substr(0, dash);
  const std::string expected = digest(purpose, id);
  if (CRYPTO_memcmp(expected.data(), marked.data() + dash + 1, kDigestDigits) != 0) return std::nullopt;
  return upper(id);
}

std::optional<std::string> NoticeMarks::notice_of_return_path(std::string_view address) const {
  const std::string lower = to_lower_ascii(address);
  const std::string_view text = lower;
  if (!text.starts_with(local_ + "+") || !text.ends_with("@" + domain_)) return std::nullopt;
  const std::size_t begin = local_.size() + 1;
  const std::size_t end = text.size() - domain_.size() - 1;
  return begin < end ? proven(kReturnPath, text.substr(begin, end - begin)) : std::nullopt;
}

std::optional<std::string> NoticeMarks::notice_of_message_id(std::string_view message_id) const {
  const std::string lower = to_lower_ascii(message_id);
  const std::string_view text = lower;
  const std::string tail = "@" + domain_ + ">";
  if (!text.starts_with('<') || !text.ends_with(tail) || text.size() <= tail.size() + 1) return std::nullopt;
  return proven(kMessageId, text.substr(1, text.size() - tail.size() - 1));
}

}  // namespace afterpatch::notify

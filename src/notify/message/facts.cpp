#include "notify/message/facts.h"

#include <algorithm>

#include "notify/message/address.h"

namespace afterpatch::notify {
namespace {

Result<void> missing(const char* what) {
  return fail(std::string("the operator's ") + what + " is missing", {}, "set it before anything is sent");
}

bool is_phone(const std::string& text) {
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 3 && text.find_first_not_of("+0123456789 ()-/.") == std::string::npos;
}

bool is_https_page(const std::string& text) {
  return text.starts_with("https://") && text.size() > 10 && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < 127 && c != '"' && c != '<' && c != '>';
         });
}

}  // namespace

Result<void> check(const Agency& agency) {
  if (agency.name.empty()) return missing("name");
  if (!is_phone(agency.phone)) return missing("call-back number");
  if (!is_https_page(agency.verify_page)) return missing("page that shows who writes (https://...)");
  if (const auto from = mail_address(agency.mail_address); !from) return std::unexpected(from.error());
  if (!agency.reply_to.empty())
    if (const auto reply = mail_address(agency.reply_to); !reply) return std::unexpected(reply.error());
  return {};
}

NoticeKind kind_of(const NoticeFacts& facts) {
  if (facts.to_provider) return NoticeKind::provider;
  return facts.reason == "unpatched" ? NoticeKind::unpatched : NoticeKind::compromised;
}

}  // namespace afterpatch::notify

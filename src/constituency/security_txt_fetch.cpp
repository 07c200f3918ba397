#include "constituency/security_txt_fetch.h"

#include <fmt/format.h>

namespace afterpatch::constituency {
namespace {

// A redirect to somebody else's domain would let him speak for this one.
bool is_same_owner(const std::string& from, const std::string& to, const PublicSuffixes& suffixes) {
  const auto a = place_of(from);
  const auto b = place_of(to);
  if (!a || !b) return false;
  const std::string registered = suffixes.registrable(a->host);
  return a->host == b->host || (!registered.empty() && registered == suffixes.registrable(b->host));
}

Result<std::string> get_text(WebDoor& door, std::string url, const PublicSuffixes& suffixes) {
  for (int hop = 0; hop <= kMostSecurityTxtRedirects; ++hop) {
    auto answer = door.get(url, "text/plain", kMostSecurityTxtBytes);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status == 200) {
      if (answer->media_type != "text/plain") return fail("no plain text", url, {});
      return std::move(answer->body);
    }
    if (answer->status < 300 || answer->status >= 400)
      return fail(fmt::format("HTTP status {}", answer->status), url, {});
    const std::string next = resolve_url(url, answer->location);
    if (!is_same_owner(url, next, suffixes)) return fail("redirected to another owner's domain", url, {});
    url = next;
  }
  return fail(fmt::format("more than {} redirects", kMostSecurityTxtRedirects), url, {});
}

}  // namespace

Result<SecurityTxt> fetch_security_txt(WebDoor& door, const std::string& domain,
                                       const PublicSuffixes& suffixes, Timestamp now,
                                       const std::string& base) {
  const std::string root = base.empty() ? "https://" + domain : base;
  auto text = get_text(door, root + "/.well-known/security.txt", suffixes);
  if (!text) text = get_text(door, root + "/security.txt", suffixes);
  if (!text) return std::unexpected(text.error());
  return read_security_txt(*text, domain, now);
}

}  // namespace afterpatch::constituency

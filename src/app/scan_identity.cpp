#include "app/scan_identity.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/version.h"

namespace afterpatch::app {
namespace {

constexpr std::size_t kLongestContact = 200;

bool is_contact(std::string_view text) {
  const auto fits = [](char c) {
    return c > ' ' && c < 0x7F && std::string_view("()<>\"\\;").find(c) == std::string_view::npos;
  };
  const auto at = text.find('@');
  const bool mail = at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos;
  const bool page = text.starts_with("https://") && text.find('.') != std::string_view::npos;
  return (mail || page) && text.size() <= kLongestContact && std::ranges::all_of(text, fits);
}

}  // namespace

Result<std::string> user_agent(const std::string& contact, bool only_loopback) {
  if (contact.empty() && only_loopback) return fmt::format("Afterpatch/{} (test on this machine)", kVersion);
  if (contact.empty())
    return fail(
        "no contact", "",
        "--contact https://your.page or --contact you@your.domain is sent with every request, so that "
        "owners can ask you to stop; without it only loopback is scanned");
  if (!is_contact(contact))
    return fail("no contact: '" + contact + "'", "", "expected an https:// address or a mail address");
  return fmt::format("Afterpatch/{} (census of exposed mail servers; +{})", kVersion, contact);
}

}  // namespace afterpatch::app

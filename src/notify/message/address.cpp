#include "notify/message/address.h"

#include <idn2.h>

#include <algorithm>

#include "base/escape.h"
#include "base/text.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kMaxLocal = 64;    // RFC 5321, 4.5.3.1.1
constexpr std::size_t kMaxDomain = 253;  // RFC 1035, 2.3.4, without the root's dot
constexpr std::size_t kMaxLabel = 63;

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5322, 3.2.3, but for the characters that shells and old mailers give a meaning: ! % | `
bool atom_character(char c) {
  return letter_or_digit(c) || std::string_view("#$&'*+-/=?^_{}~").contains(c);
}

bool is_dot_atom(std::string_view local) {
  if (local.empty() || local.size() > kMaxLocal) return false;
  return std::ranges::all_of(split(local, '.'), [](std::string_view atom) {
    return !atom.empty() && std::ranges::all_of(atom, atom_character);
  });
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return letter_or_digit(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
  const auto labels = split(domain, '.');
  return domain.size() <= kMaxDomain && labels.size() >= 2 && std::ranges::all_of(labels, is_label);
}

// Empty if it can't be a name.
std::string ascii_domain(std::string_view domain) {
  if (domain.size() > kMaxDomain || domain.contains('\0')) return {};
  char* found = nullptr;
  const std::string text(domain);
  if (idn2_to_ascii_8z(text.c_str(), &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return {};
  const std::string ascii = to_lower_ascii(std::string_view(found));
  idn2_free(found);
  return ascii;
}

}  // namespace

Result<MailAddress> mail_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  const auto refuse = [&](const char* why) {
    return fail(why, one_line(text, 200), "give an address such as abuse@example.org");
  };
  if (at == std::string_view::npos) return refuse("not a mail address");
  const std::string_view local = text.substr(0, at);
  if (!is_dot_atom(local)) return refuse("mail address has a local part that we do not write to");
  const std::string domain = ascii_domain(text.substr(at + 1));
  if (!is_domain(domain)) return refuse("mail address has no valid domain");
  return MailAddress{std::string(local), domain};
}

std::string one_line(std::string_view text, std::size_t limit) {
  return escape_terminal(trim(text), limit);
}

}  // namespace afterpatch::notify

#include "report/sharing/named_by_form.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "assess/network_address.h"
#include "base/digits.h"
#include "base/text.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kLongestName = 320;
constexpr std::string_view kDomainSid = "S-1-5-21-";

bool is_letter_or_digit(char c) {
  return is_decimal_digit(c) || (to_lower_ascii(c) >= 'a' && to_lower_ascii(c) <= 'z');
}

template <typename Belongs>
std::size_t run_length(std::string_view text, Belongs belongs) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, belongs) - text.begin());
}

// Without the full stop of a sentence.
std::size_t name_length(std::string_view text) {
  std::size_t length = run_length(text, is_name_byte);
  while (length > 0 && (text[length - 1] == '.' || text[length - 1] == '-')) --length;
  return length;
}

std::size_t mailbox_length(std::string_view text) {
  const std::size_t local = run_length(text, [](char c) { return is_name_byte(c) || c == '+' || c == '%'; });
  if (local == 0 || local == text.size() || text[local] != '@') return 0;
  const std::size_t domain = name_length(text.substr(local + 1));
  return domain == 0 ? 0 : local + 1 + domain;
}

std::size_t sid_length(std::string_view text) {
  if (!starts_with_ignoring_case(text, kDomainSid)) return 0;
  return run_length(text, [](char c) { return is_decimal_digit(c) || c == '-' || to_lower_ascii(c) == 's'; });
}

std::size_t address_length(std::string_view text) {
  const std::size_t v4 = run_length(text, [](char c) { return is_decimal_digit(c) || c == '.'; });
  for (std::size_t length = std::min<std::size_t>(v4, 15); length >= 7; --length) {
    if (is_inside_ip(text.substr(0, length))) return length;
  }
  const std::size_t v6 = run_length(text, [](char c) { return is_hex_digit(c) || c == ':' || c == '.'; });
  return text.substr(0, v6).find(':') != std::string_view::npos && is_inside_ip(text.substr(0, v6)) ? v6 : 0;
}

}  // namespace

bool is_name_byte(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
}

bool is_ip(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

bool is_inside_ip(std::string_view text) {
  const bool names_nobody =
      text.starts_with("0.") || text.starts_with("127.") || text == "::" || text == "::1";
  return !names_nobody && is_ip(text) && assess::is_inside_address(text);
}

NameByForm name_by_form(std::string_view text, std::size_t at) {
  const std::string_view ahead = text.substr(at, kLongestName);
  if (const std::size_t length = mailbox_length(ahead); length > 0) return {length, "victim-mailbox"};
  if (const std::size_t length = sid_length(ahead); length > 0) return {length, "victim-sid"};
  if (const std::size_t length = address_length(ahead); length > 0) return {length, "victim-address"};
  return {};
}

}  // namespace afterpatch::report

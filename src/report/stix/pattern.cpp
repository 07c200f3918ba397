#include "report/stix/pattern.h"

#include <fmt/format.h>

#include "base/digits.h"
#include "base/text.h"

namespace afterpatch::report::stix {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : to_utf8(text)) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

bool has_no_meaning(char c) {
  const char lower = to_lower_ascii(c);
  return (lower >= 'a' && lower <= 'z') || is_decimal_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_-/ ").find(c) != std::string_view::npos;
}

// A regular expression that matches the text and nothing else.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!has_no_meaning(c)) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string address_pattern(std::string_view address, bool is_v6) {
  return fmt::format("[{}:value = {}]", is_v6 ? "ipv6-addr" : "ipv4-addr", quoted(address));
}

std::string sha256_pattern(std::string_view hex) {
  return fmt::format("[file:hashes.'SHA-256' = {}]", quoted(hex));
}

std::string file_pattern(std::string_view name, std::string_view folder) {
  return fmt::format("[file:name MATCHES {} AND file:parent_directory_ref.path MATCHES {}]",
                     quoted(fmt::format("(?i)^{}$", literal(name))),
                     quoted(fmt::format("(?i)(^|\\\\){}$", literal(folder))));
}

std::string url_path_pattern(std::string_view path) {
  return fmt::format("[network-traffic:extensions.'http-request-ext'.request_value MATCHES {}]",
                     quoted(fmt::format("(?i)^{}$", literal(path))));
}

}  // namespace afterpatch::report::stix

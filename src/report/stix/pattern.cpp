#include "report/stix/pattern.h"

#include <fmt/format.h>

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

}  // namespace

std::string address_pattern(std::string_view address, bool is_v6) {
  return fmt::format("[{}:value = {}]", is_v6 ? "ipv6-addr" : "ipv4-addr", quoted(address));
}

std::string sha256_pattern(std::string_view hex) {
  return fmt::format("[file:hashes.'SHA-256' = {}]", quoted(hex));
}

std::string file_pattern(std::string_view name, std::string_view folder) {
  return fmt::format("[file:name = {} AND file:parent_directory_ref.path LIKE {}]", quoted(name),
                     quoted(fmt::format("%\\{}", folder)));
}

std::string url_path_pattern(std::string_view path) {
  return fmt::format("[network-traffic:extensions.'http-request-ext'.request_value = {}]", quoted(path));
}

}  // namespace afterpatch::report::stix

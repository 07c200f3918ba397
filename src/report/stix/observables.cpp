#include "report/stix/observables.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digits.h"
#include "base/text.h"
#include "report/words.h"

namespace afterpatch::report::stix {
namespace {

bool is_url_byte(char c) {
  const char lower = to_lower_ascii(c);
  return (lower >= 'a' && lower <= 'z') || is_decimal_digit(c) ||
         std::string_view("-._~/!$&'()*+,;=:@?%").find(c) != std::string_view::npos;
}

// What RFC 3986 does not allow in a URL becomes %XX, also a '%' that begins no escape.
std::string url_encoded(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool escape = path[i] == '%';
    const bool sound = i + 2 < path.size() && is_hex_digit(path[i + 1]) && is_hex_digit(path[i + 2]);
    if (is_url_byte(path[i]) && (!escape || sound)) {
      out += path[i];
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(path[i]));
    }
  }
  return out;
}

bool is_v6(std::string_view address) {
  return address.find(':') != std::string_view::npos;
}

// As short as can be, since the identifier is made from it: other programs drop zeros at the end, too.
std::string shortest_timestamp(Timestamp time) {
  std::string written = to_iso8601(time);
  if (written.find('.') == std::string::npos) return written;
  written.erase(written.find_last_not_of("0Z") + 1);
  return written + "Z";
}

json::object request_extension(const Requests& requests) {
  return {{"http-request-ext", json::object{{"request_method", to_lower_ascii(requests.method)},
                                            {"request_value", text(requests.path)}}}};
}

}  // namespace

std::string add_address(Bundle& bundle, std::string_view address) {
  return bundle.add_observable(is_v6(address) ? "ipv6-addr" : "ipv4-addr", {{"value", address}});
}

Ids add_requests(Bundle& bundle, const Requests& requests) {
  const std::string source = add_address(bundle, requests.address);
  json::object traffic;
  if (is_set(requests.last)) traffic["end"] = shortest_timestamp(requests.last);
  if (!requests.method.empty() && !requests.path.empty()) traffic["extensions"] = request_extension(requests);
  traffic["protocols"] = json::array{is_v6(requests.address) ? "ipv6" : "ipv4", "tcp", "http"};
  traffic["src_ref"] = source;
  if (is_set(requests.first)) traffic["start"] = shortest_timestamp(requests.first);
  return {bundle.add_observable("network-traffic", traffic, {{"is_active", false}}), source};
}

Ids add_file(Bundle& bundle, const SharedDoor& door) {
  if (door.sha256.empty() && door.file_name.empty()) return {};
  Ids ids;
  json::object file;
  if (!door.sha256.empty()) file["hashes"] = json::object{{"SHA-256", door.sha256}};
  if (!door.file_name.empty()) file["name"] = text(door.file_name);
  if (!door.folder.empty()) {
    ids.push_back(bundle.add_observable("directory", {{"path", text(door.folder)}}));
    file["parent_directory_ref"] = ids.back();
  }
  ids.insert(ids.begin(), bundle.add_observable("file", file));
  return ids;
}

std::string add_url(Bundle& bundle, std::string_view host, std::string_view path) {
  return bundle.add_observable(
      "url",
      {{"value", fmt::format("https://{}{}", url_encoded(to_utf8(host)), url_encoded(to_utf8(path)))}});
}

std::string add_mailbox(Bundle& bundle, std::string_view name) {
  return bundle.add_observable("user-account",
                               {{"account_login", text(name)}, {"account_type", "windows-domain"}});
}

}  // namespace afterpatch::report::stix

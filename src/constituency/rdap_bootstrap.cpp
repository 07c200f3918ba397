#include "constituency/rdap_bootstrap.h"

#include <charconv>

#include <boost/json.hpp>

#include "base/text.h"

namespace afterpatch::constituency {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::value& value) {
  return value.is_string() ? std::string_view(value.get_string().data(), value.get_string().size())
                           : std::string_view();
}

// The best of a service's URLs.
std::string url_of(const json::value& urls) {
  std::string best;
  if (!urls.is_array()) return best;
  for (const json::value& value : urls.get_array()) {
    std::string url(text_of(value));
    const auto place = place_of(url);
    if (!place || (!best.empty() && place->scheme != "https")) continue;
    best = std::move(url);
    if (!best.ends_with('/')) best.push_back('/');
    if (place->scheme == "https") break;
  }
  return best;
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

Result<void> RdapBootstrap::add(std::string_view text, const std::string& name) {
  boost::system::error_code code;
  const json::value value = json::parse({text.data(), text.size()}, code);
  const json::value* services = value.is_object() ? value.get_object().if_contains("services") : nullptr;
  if (code || services == nullptr || !services->is_array())
    return fail("no bootstrap list of RFC 9224", name,
                "get ipv4.json, ipv6.json, asn.json from " + std::string(kIanaRdap));
  for (const json::value& service : services->get_array()) {
    if (!service.is_array() || service.get_array().size() < 2 || !service.get_array()[0].is_array()) continue;
    const std::string url = url_of(service.get_array()[1]);
    if (url.empty()) continue;
    for (const json::value& entry : service.get_array()[0].get_array()) {
      const std::string_view range = text_of(entry);
      if (const auto network = parse_network(range)) {
        networks_[*network] = url;
        continue;
      }
      const auto dash = range.find('-');
      const auto first = number_of(range.substr(0, dash));
      const auto last = dash == std::string_view::npos ? first : number_of(range.substr(dash + 1));
      if (first && last && *first <= *last) as_[*first] = {*last, url};
    }
  }
  return {};
}

Result<void> RdapBootstrap::fetch(WebDoor& door, const std::string& base) {
  for (const char* list : {"ipv4.json", "ipv6.json", "asn.json"}) {
    const auto answer = door.get(base + list, "application/json", kMostBootstrapBytes);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != 200)
      return fail("HTTP status " + std::to_string(answer->status), base + list, "give the lists as files");
    if (const auto added = add(answer->body, base + list); !added) return added;
  }
  return {};
}

std::string RdapBootstrap::server_of(const Address& address) const {
  const auto match = networks_.longest(address);
  return match ? *match->value : std::string();
}

std::string RdapBootstrap::server_of_as(std::uint32_t number) const {
  const auto behind = as_.upper_bound(number);
  if (behind == as_.begin()) return {};
  const auto& [last, url] = std::prev(behind)->second;
  return number <= last ? url : std::string();
}

}  // namespace afterpatch::constituency

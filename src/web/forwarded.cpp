#include "web/forwarded.h"

#include <algorithm>
#include <ranges>

#include "base/text.h"
#include "store/observation.h"

namespace afterpatch::web {

Origin origin_of(const Headers& headers, const std::string& peer, bool tls, const Settings& settings) {
  const auto trusted = [&](const std::string& address) {
    return std::ranges::find(settings.trusted_proxies, address) != settings.trusted_proxies.end();
  };
  if (!trusted(peer)) return {peer, tls};
  Origin origin{peer, tls || header_of(headers, "x-forwarded-proto") == "https"};
  const std::string_view chain = header_of(headers, "x-forwarded-for");
  for (const std::string_view part : split(chain, ',') | std::views::reverse) {
    const std::string address = store::canonical_address(trim(part));
    if (address.empty()) break;
    origin.address = address;
    if (!trusted(address)) break;
  }
  return origin;
}

}  // namespace afterpatch::web

#include "detect/sigma/field_aliases.h"

#include <algorithm>

#include "base/text.h"

namespace afterpatch::detect::sigma {
namespace {

// Names of rules: Sigma taxonomy appendix 2.1 (webserver, proxy) and what SigmaHQ's rules use beside it
// (cs-uri, cs-referrer). Columns: IIS (Microsoft, "W3C Extended Log File Format (IIS)") and the #Fields of
// Exchange's HttpProxy, EWS and Autodiscover logs.
constexpr auto kAliases = std::to_array<FieldAlias>({
    {"c-ip", Derivation::as_logged, {"c-ip", "ClientIpAddress", "ClientIp"}},
    {"c-uri", Derivation::uri, {}},
    {"c-uri-extension", Derivation::extension, {}},
    {"c-uri-query", Derivation::query_and_uri, {}},
    {"c-uri-stem", Derivation::as_logged, {"cs-uri-stem", "UrlStem"}},
    {"c-useragent", Derivation::plus_may_be_space, {"cs(User-Agent)", "UserAgent"}},
    {"c-win32-status", Derivation::as_logged, {"sc-win32-status"}},
    {"cs-bytes", Derivation::as_logged, {"cs-bytes", "RequestBytes", "RequestSize"}},
    {"cs-cookie", Derivation::plus_may_be_space, {"cs(Cookie)", "Cookie"}},
    {"cs-host", Derivation::as_logged, {"cs-host", "cs(Host)", "UrlHost"}},
    {"cs-method", Derivation::as_logged, {"cs-method", "Method"}},
    {"cs-referer", Derivation::plus_may_be_space, {"cs(Referer)"}},
    {"cs-referrer", Derivation::plus_may_be_space, {"cs(Referer)"}},
    {"cs-uri", Derivation::uri, {}},
    {"cs-uri-extension", Derivation::extension, {}},
    {"cs-uri-query", Derivation::query_and_uri, {}},
    {"cs-uri-stem", Derivation::as_logged, {"cs-uri-stem", "UrlStem"}},
    {"cs-user-agent", Derivation::plus_may_be_space, {"cs(User-Agent)", "UserAgent"}},
    {"cs-username", Derivation::as_logged, {"cs-username", "AuthenticatedUser"}},
    {"cs-version", Derivation::as_logged, {"cs-version"}},
    {"dst_ip", Derivation::as_logged, {"s-ip"}},
    {"dst_port", Derivation::as_logged, {"s-port"}},
    {"r-dns", Derivation::as_logged, {"cs-host", "cs(Host)", "UrlHost"}},
    {"s-computername", Derivation::as_logged, {"s-computername", "ServerHostName"}},
    {"sc-bytes", Derivation::as_logged, {"sc-bytes", "ResponseBytes", "ResponseSize"}},
    {"sc-status", Derivation::as_logged, {"sc-status", "HttpStatus"}},
    {"sc-win32-status", Derivation::as_logged, {"sc-win32-status"}},
    {"src_ip", Derivation::as_logged, {"c-ip", "ClientIpAddress", "ClientIp"}},
    {"time-taken", Derivation::as_logged, {"time-taken", "TotalRequestTime"}},
});

}  // namespace

std::span<const FieldAlias> field_aliases() {
  return kAliases;
}

const FieldAlias* find_alias(std::string_view sigma_name) {
  const auto* found = std::ranges::find_if(
      kAliases, [&](const FieldAlias& alias) { return equals_ignoring_case(alias.sigma_name, sigma_name); });
  return found == kAliases.end() ? nullptr : found;
}

}  // namespace afterpatch::detect::sigma

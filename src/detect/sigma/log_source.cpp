#include "detect/sigma/log_source.h"

#include <algorithm>
#include <string>

namespace afterpatch::detect::sigma {
namespace {

// IIS and the HttpProxy logs both hold web requests, so that Sigma's rules for web servers and for proxies
// run on both. The services of product exchange are ours; Sigma's taxonomy knows only the event log
// "msexchange-management".
std::vector<Route> make_routes() {
  std::vector<Route> all = {
      {"iis-w3c", {"webserver", "proxy"}, {"iis", "windows", "exchange"}, {"iis"}},
      {"http-proxy", {"webserver", "proxy"}, {"exchange", "windows"}, {"http-proxy"}},
  };
  for (const std::string_view service :
       {"ecp-server", "ecp-activity", "oab-generator", "ews", "autodiscover", "mapi-http", "rpc-http",
        "rps-http", "rps-cmdlet", "request-filtering"}) {
    all.push_back({service, {}, {"exchange"}, {service}});
  }
  return all;
}

bool fits(const std::string& asked, const std::vector<std::string_view>& given) {
  return asked.empty() || std::ranges::find(given, asked) != given.end();
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> kRoutes = make_routes();
  return kRoutes;
}

const Route* find_route(std::string_view name) {
  const auto found = std::ranges::find(routes(), name, &Route::name);
  return found == routes().end() ? nullptr : &*found;
}

bool applies(const LogSource& rule, const Route& route) {
  if (rule.category.empty() && rule.service.empty() && rule.product == "windows") return false;
  return fits(rule.category, route.categories) && fits(rule.product, route.products) &&
         fits(rule.service, route.services);
}

}  // namespace afterpatch::detect::sigma

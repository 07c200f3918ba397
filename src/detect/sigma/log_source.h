// Which rules are for which logs. A rule's log source is a set of constraints; a route says what a log is.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "detect/sigma/rule.h"

namespace afterpatch::detect::sigma {

// A log that rules can run on, in Sigma's words. `name` is that of the log family ("iis-w3c", "http-proxy",
// ...).
struct Route {
  std::string_view name;
  std::vector<std::string_view> categories;
  std::vector<std::string_view> products;
  std::vector<std::string_view> services;
};

// Every route there is: IIS, and the logs of the Exchange family that Afterpatch reads.
std::span<const Route> routes();
const Route* find_route(std::string_view name);  // null if there is none

// Whether every word that the rule gives is true of the route. A rule that names nothing but the product
// windows is for the Windows event logs, and does not apply to the text logs here.
bool applies(const LogSource& rule, const Route& route);

}  // namespace afterpatch::detect::sigma

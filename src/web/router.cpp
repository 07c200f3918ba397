#include "web/router.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace afterpatch::web {
namespace {

constexpr std::array<std::string_view, 7> kAccess = {"public",   "victim", "viewer", "analyst",
                                                     "operator", "admin",  "admin"};

using Values = std::map<std::string, std::string>;

bool is_name(std::string_view part) {
  return part.starts_with('{') && part.ends_with('}');
}

std::optional<Values> match_pattern(std::string_view pattern, const Target& target) {
  const auto parts = split(pattern.substr(1), '/');
  if (parts.size() != target.segments.size()) return std::nullopt;
  Values values;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_name(parts[i]))
      values[std::string(parts[i].substr(1, parts[i].size() - 2))] = target.segments[i];
    else if (parts[i] != target.segments[i])
      return std::nullopt;
  }
  return values;
}

}  // namespace

std::string_view to_string(Access access) {
  return kAccess[static_cast<std::size_t>(access)];
}

Match find_route(std::span<const Route> routes, Method method, const Target& target) {
  Match best;
  for (const Route& route : routes) {
    auto values = match_pattern(route.pattern, target);
    if (!values) continue;
    const bool exact = route.method == method;
    if (!exact && !(method == Method::head && route.method == Method::get)) {
      best.other_method = true;
      continue;
    }
    const bool better = best.route == nullptr || values->size() < best.values.size() ||
                        (exact && best.route->method != method && values->size() == best.values.size());
    if (!better) continue;
    best.route = &route;
    best.values = std::move(*values);
  }
  return best;
}

}  // namespace afterpatch::web

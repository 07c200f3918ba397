#include "web/cookie.h"

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::web {

std::optional<std::string> cookie_value(std::string_view header, std::string_view name) {
  std::optional<std::string> found;
  for (const std::string_view part : split(header, ';')) {
    const std::string_view pair = trim(part);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
    std::string value(trim(pair.substr(equals + 1)));
    if (found && *found != value) return std::nullopt;
    found = std::move(value);
  }
  return found;
}

std::string session_cookie(std::string_view name, std::string_view value, bool secure,
                           std::chrono::seconds lifetime) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", name, value, lifetime.count(),
                     secure ? "; Secure" : "");
}

}  // namespace afterpatch::web

// Cookies, as RFC 6265 has browsers send them and servers set them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace afterpatch::web {

// The value of `name` in a Cookie header. nullopt if it is not there, or there twice with different values:
// then somebody else (a neighbour's host name) set one of them, and which one can't be told.
std::optional<std::string> cookie_value(std::string_view header, std::string_view name);

// HttpOnly, SameSite=Strict, Path=/, and Secure if `secure`. A lifetime of zero removes the cookie.
std::string session_cookie(std::string_view name, std::string_view value, bool secure,
                           std::chrono::seconds lifetime);

}  // namespace afterpatch::web

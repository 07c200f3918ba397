// The target of a request taken apart: "/api/v1/servers?search=ab%20c" (RFC 9112, section 3.2.1; RFC 3986).
// What could be read in two ways is refused, not repaired.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace afterpatch::web {

inline constexpr std::size_t kMaxTargetBytes = 4096;
inline constexpr std::size_t kMaxParameters = 64;

struct Target {
  std::string path;                   // as sent, without the query
  std::string query;                  // as sent, without '?'
  std::vector<std::string> segments;  // decoded: "/a/b%2Fc" is "a", "b/c"; "/" has none
  std::vector<std::pair<std::string, std::string>> parameters;  // decoded, in order

  // The first one of that name; empty if there is none.
  std::string_view parameter(std::string_view name) const;
  bool has(std::string_view name) const;
};

// Fails on anything but an absolute path with an optional query: wrong %XX, %00 and other control characters
// (raw or encoded), bytes that are not UTF-8 once decoded, "." and ".." and empty segments within the path,
// backslashes, fragments, more than kMaxTargetBytes or kMaxParameters. Never throws.
Result<Target> parse_target(std::string_view target);

// "a=1&b=x+y" (application/x-www-form-urlencoded) as in a query; the same limits.
Result<std::vector<std::pair<std::string, std::string>>> parse_parameters(std::string_view query);

// A number in decimal digits only, of at most 18 digits; nullopt for anything else. For offsets, lengths and
// limits, in queries and headers.
std::optional<std::uint64_t> parse_count(std::string_view text);

// RFC 3986: everything but unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace afterpatch::web

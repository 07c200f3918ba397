// Gets a page from a server that nobody vouches for: by GET only, bounded in bytes and time, never from
// addresses inside the operator's own network, and with no redirect followed unasked.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::constituency {

struct WebAnswer {
  int status = 0;
  std::string body;
  std::string location;     // of a redirect, as the server wrote it; empty if none
  std::string retry_after;  // RFC 9110, section 10.2.3, as the server wrote it
  std::string media_type;   // "application/rdap+json", lower case, without parameters
};

// What a client needs of the web: an interface, so that tests can be the web.
class WebDoor {
 public:
  virtual ~WebDoor() = default;
  // Fails if there is no whole answer of at most `most_bytes`.
  virtual Result<WebAnswer> get(const std::string& url, const std::string& accept,
                                std::size_t most_bytes) = 0;
};

struct WebSettings {
  std::string user_agent = "afterpatch";
  std::chrono::milliseconds timeout{15'000};  // for all of one request
  bool allow_plain_http = false;
  bool allow_internal = false;  // loopback, private and link-local addresses: for tests only
  std::string proxy;            // "http://proxy.example:3128"; empty: none, whatever the environment says
  std::string ca_file;          // empty: the system's
};

// By libcurl. Not thread-safe; connections are kept for the next request.
std::unique_ptr<WebDoor> make_web_door(WebSettings settings);

// Parts of an absolute http or https URL without user and password; nullopt for anything else.
struct WebPlace {
  std::string scheme;  // lower case
  std::string host;    // lower case
  std::uint16_t port = 443;
};
std::optional<WebPlace> place_of(const std::string& url);

// `location` as seen from `base`; empty if that gives no http or https URL.
std::string resolve_url(const std::string& base, const std::string& location);

// Seconds to wait, from seconds or a date in the future; nullopt if it is neither. At most a year.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now);

}  // namespace afterpatch::constituency

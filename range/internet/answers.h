// What a host of the range answers to one request. Shapes follow published answers of real servers
// (docs/range.md, The internet range); which of them a host gives is its nature and where it shows its build.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "range/internet/population.h"

namespace afterpatch::range {

struct Request {
  std::string_view method;
  std::string_view path;  // with query
  std::string_view host;  // Host header; empty if it has none
};

struct Answer {
  unsigned status = 404;
  std::vector<std::pair<std::string, std::string>> headers;  // without Content-Length, Date and Connection
  std::string body;
};

// What one connection knows beside the host.
struct Visit {
  std::string asked_name;    // by SNI; empty if it named none
  std::string authority;     // "127.1.0.17:8443": for redirects when the request has no Host header
  std::uint64_t number = 0;  // of this connection, counted over all: for request ids
  std::size_t server = 0;    // which one behind the balancer: an index into HostState::servers
};

Answer answer_of(const Host& host, const HostState& state, const Request& request, const Visit& visit);

// Header block and body as they go over the wire. `date` as in RFC 9110, section 5.6.7. A HEAD request gets
// no body.
std::string to_wire(const Answer& answer, std::string_view date, bool with_body, bool keep_alive);

std::string_view reason_of(unsigned status);

}  // namespace afterpatch::range

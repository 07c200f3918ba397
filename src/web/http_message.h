// One request and its answer, as handlers see them: no socket, no library behind it, so a test can ask a
// handler directly.
//
// Example:
//   Request request{.method = Method::get, .target = *parse_target("/api/v1/servers?limit=50")};
//   Response response = application.answer(request);
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "web/target.h"

namespace afterpatch::store {
class Store;
}

namespace afterpatch::web {

enum class Method { get, head, post, put, patch, delete_method, other };

// "GET"; Method::other for what the server does not speak. Names of methods are case-sensitive (RFC 9110).
Method parse_method(std::string_view name);
std::string_view to_string(Method method);

// GET and HEAD: they change nothing that a user would have to answer for (RFC 9110, section 9.2.1).
constexpr bool is_safe(Method method) {
  return method == Method::get || method == Method::head;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the first header of that name, any case; empty if there is none.
std::string_view header_of(const Headers& headers, std::string_view name);

struct Request {
  Method method = Method::get;
  Target target;
  Headers headers;
  std::string body;
  std::string address;  // of the client, as inet_ntop(3) writes it; behind a trusted proxy the one it names
  bool secure = false;  // came by TLS, here or at the trusted proxy
  std::map<std::string, std::string> path_values;  // of the route's {names}, decoded

  std::string_view header(std::string_view name) const { return header_of(headers, name); }
  std::string path_value(const std::string& name) const;
};

// Takes a streamed body. Not thread-safe.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Waits until the client took it; false: the client is gone or too slow, stop.
  virtual bool write(std::string chunk) = 0;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  Headers headers;
  std::string body;
  // Instead of `body`: called once, on a worker's thread, when the head was sent.
  std::function<void(BodySink&)> stream;
  // Instead of `body`: the connection becomes a stream of events (event_hub.h) as long as `still_allowed`,
  // asked from time to time on a worker's thread, says so.
  bool events = false;
  std::function<bool(store::Store&, Timestamp now)> still_allowed;

  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

}  // namespace afterpatch::web

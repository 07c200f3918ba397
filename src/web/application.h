// From a request to its answer, without a socket: finds the route, knows who asks, refuses what they may
// not, asks the handler, notes it in the audit log, and adds what every answer carries.
#pragma once

#include <optional>
#include <span>

#include "web/context.h"
#include "web/router.h"
#include "web/shared.h"

namespace afterpatch::web {

// Thread-safe as long as each thread gives its own store.
class Application {
 public:
  Application(Shared& shared, std::span<const Route> routes) : shared_(shared), routes_(routes) {}

  Response answer(Request request, store::Store& store, Timestamp now) const;

  // Bodies up to this size are read before anybody is asked who sent them.
  static constexpr std::size_t kSmallBody = 64U << 10U;
  // The largest body this request may have.
  std::size_t body_limit(Method method, const Target& target) const;
  // For larger bodies: the answer, if the request would be refused whatever its body is.
  std::optional<Response> refuse_early(Request request, store::Store& store, Timestamp now) const;

 private:
  Response answer_route(const Match& match, Context& context) const;
  Response answer_cached(const Route& route, Context& context) const;
  std::optional<Response> refusal(const Route& route, Context& context) const;
  void note(const Match& match, const Context& context, const Response& response) const;

  Shared& shared_;
  std::span<const Route> routes_;
};

// On every answer (OWASP Secure Headers Project): what a browser may load, frame and tell others.
void add_security_headers(Response& response, bool secure, bool api);

}  // namespace afterpatch::web

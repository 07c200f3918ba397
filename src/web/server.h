// The HTTP server: listens, takes connections within limits, reads requests within limits, has workers
// answer them. HTTP/1.1 by Boost.Beast, TLS by OpenSSL.
//
// Example:
//   auto server = Server::start(shared, application);
//   ... server->port() ...
//   server->stop();      // open answers are finished, new requests are not taken
#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "web/application.h"

namespace afterpatch::web {

class Server {
 public:
  // Opens the store once a worker, the certificate and the port. Fails if one of them can't be opened.
  // `shared` and `application` must outlive it.
  static Result<std::unique_ptr<Server>> start(Shared& shared, const Application& application);
  virtual ~Server() = default;  // stops

  virtual std::uint16_t port() const = 0;
  // Takes no new connections, gives open ones up to `grace` to finish. Blocks.
  virtual void stop(std::chrono::milliseconds grace = std::chrono::seconds(5)) = 0;
};

}  // namespace afterpatch::web

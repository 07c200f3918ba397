// Where a request really came from when a proxy stands before the server.
#pragma once

#include <string>

#include "web/http_message.h"
#include "web/settings.h"

namespace afterpatch::web {

struct Origin {
  std::string address;
  bool secure = false;
};

// X-Forwarded-For is read from its end, as long as each address is a trusted proxy; the first that is not is
// the client. From anybody but a trusted proxy the headers mean nothing: they could be made up.
Origin origin_of(const Headers& headers, const std::string& peer, bool tls, const Settings& settings);

}  // namespace afterpatch::web

// One request on a connection of its own, and what came of it.
#pragma once

#include <optional>
#include <string>

#include "exposure/host_record.h"
#include "exposure/response_reader.h"

namespace afterpatch::exposure {

struct Request {
  std::string probe;  // id of the probe that it belongs to, also after a redirect
  std::string path;
  std::string name;  // for SNI and Host; empty: the address
};

struct Visit {
  bool connected = false;
  std::optional<TlsFacts> tls;       // once the handshake is done
  std::optional<HttpAnswer> answer;  // once a header was read
  std::optional<ProbeError> error;   // what ended it early
  std::size_t bytes = 0;             // received in all, handshake included
};

}  // namespace afterpatch::exposure

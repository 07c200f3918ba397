// What a store knows of servers that helps to say whose they are: names, address, AS, an operator's decision.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "constituency/attribution.h"
#include "store/store.h"

namespace afterpatch::app {

// "192.0.2.1", "192.0.2.1:443", "[2001:db8::1]:443", "2001:db8::1"; the address in its canonical form.
struct ServerPlace {
  std::string address;
  std::uint16_t port = 443;
};
std::optional<ServerPlace> parse_server_place(std::string_view text);

struct KnownServer {
  std::string address;
  std::uint16_t port = 443;
  std::string country;  // as the scan says; empty if unknown
  constituency::ServerSigns signs;
  std::optional<std::string> decided;  // an operator's decision: an organisation's id, or empty for nobody's
};

// All servers that were ever reached by a scan, or that a statement is about; sorted by address's text and
// port. Names come from what was last seen there. Memory: some 300 bytes a server.
Result<std::vector<KnownServer>> load_servers(store::Store& store);
// The same of one; nothing if no scan ever reached it and nobody said anything of it.
Result<std::optional<KnownServer>> load_server(store::Store& store, const std::string& address,
                                               std::uint16_t port);
// The same of all at one address: those on the store's list of servers, and `place` itself.
Result<std::vector<KnownServer>> load_servers_at(store::Store& store, const ServerPlace& place);
// The same of all whose rows say that the organisation owns them, as `constituency attribute` last found.
Result<std::vector<KnownServer>> load_servers_of(store::Store& store, const std::string& organisation);
// As much as a row of the store's list of servers says; nothing if its address is none.
std::optional<constituency::ServerSigns> signs_of(const store::ServerRow& row);

}  // namespace afterpatch::app

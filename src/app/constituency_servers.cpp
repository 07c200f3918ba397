#include "app/constituency_servers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include <boost/json.hpp>

#include "constituency/organisation.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::ServerSigns;

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

const json::array* array_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? &value->get_array() : nullptr;
}

std::optional<json::object> parse_object(const std::string& text) {
  boost::system::error_code code;
  json::value value = json::parse(text, code);
  if (code || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::uint32_t as_of(std::string_view network) {
  return constituency::as_number(network.substr(0, network.find(' '))).value_or(0);
}

// Shadowserver's rows carry the reverse name among their evidence (docs/store.md).
std::string reported_reverse_name(const json::object& content) {
  constexpr std::string_view kPrefix = "hostname: ";
  const json::array* evidence = array_of(content, "evidence");
  if (evidence == nullptr) return {};
  for (const json::value& one : *evidence) {
    if (!one.is_object() || text_of(one.get_object(), "probe") != "shadowserver") continue;
    const std::string_view says = text_of(one.get_object(), "says");
    if (says.starts_with(kPrefix)) return std::string(says.substr(kPrefix.size()));
  }
  return {};
}

void take_names(ServerSigns& signs, const json::object& content) {
  const json::value* tls = content.if_contains("tls");
  const json::array* names =
      tls != nullptr && tls->is_object() ? array_of(tls->get_object(), "names") : nullptr;
  if (names != nullptr) {
    for (const json::value& name : *names) {
      if (name.is_string() && signs.certificate_names.size() < constituency::kMostNamesUsed)
        signs.certificate_names.emplace_back(name.get_string().data(), name.get_string().size());
    }
  }
  signs.reverse_name = std::string(text_of(content, "reverse_name"));
  if (signs.reverse_name.empty()) signs.reverse_name = reported_reverse_name(content);
}

// Names out of what a scan kept (docs/scan-format.md). All of one document comes from one block of memory and
// goes with it: there are as many documents as servers.
void take_names(ServerSigns& signs, const std::string& content) {
  std::array<unsigned char, 16'384> block;
  json::monotonic_resource memory(block.data(), block.size());
  boost::system::error_code code;
  const json::value value = json::parse(content, code, &memory);
  if (!code && value.is_object()) take_names(signs, value.get_object());
}

using ServerKey = std::pair<std::string, std::uint16_t>;

// What statements say of servers.
struct Said {
  std::optional<std::string> decided;
  std::string country;
  std::uint32_t as_number = 0;
  std::string reverse_name;
};

void take_statement(std::map<ServerKey, Said>& said, const store::Statement& statement) {
  const auto place = parse_server_place(statement.subject);
  if (!place) return;
  Said& server = said[{place->address, place->port}];
  if (statement.kind != "owner-decided" && statement.kind != "located" && statement.kind != "reverse-name")
    return;
  const auto content = parse_object(statement.content);
  if (!content) return;
  if (statement.kind == "owner-decided") server.decided = std::string(text_of(*content, "organisation"));
  if (statement.kind == "reverse-name") server.reverse_name = std::string(text_of(*content, "name"));
  if (statement.kind != "located") return;
  server.country = std::string(text_of(*content, "country"));
  server.as_number = as_of(text_of(*content, "network"));
}

// Of all servers, or of the one named by `subject`.
Result<std::map<ServerKey, Said>> read_statements(store::Store& store, const std::string& subject = {}) {
  std::map<ServerKey, Said> said;
  const auto read =
      store.ledger().for_each({.subject_kind = "server", .subject = subject},
                              [&](auto, const auto& statement) { take_statement(said, statement); });
  if (!read) return std::unexpected(read.error());
  return said;
}

struct Sight {
  KnownServer server;
  Timestamp moment{};  // when what was last seen there was seen
};

// The last span with an answer that could be read, else the last in which anybody answered; where several end
// together, the one with a name. One probe that failed must not lose the names that were seen the day before.
std::optional<Sight> sight_of(const store::ServerHistory& history) {
  const auto rank = [](const store::SeenSpan& span) {
    const bool readable = !span.product.empty() && span.product != "unknown";
    return std::tuple(readable, span.last, !span.name.empty());
  };
  const store::SeenSpan* best = nullptr;
  for (const store::SeenSpan& span : history.spans) {
    if (span.reached && (best == nullptr || rank(span) > rank(*best))) best = &span;
  }
  const auto address = parse_address(history.address);
  if (best == nullptr || !address) return std::nullopt;
  Sight sight;
  sight.server.address = history.address;
  sight.server.port = history.port;
  sight.server.country = best->country;
  sight.server.signs = {*address, best->name, {}, {}, as_of(best->network)};
  sight.moment = best->last;
  return sight;
}

Result<std::vector<Sight>> read_sights(store::Store& store) {
  std::vector<Sight> sights;
  const auto read = store.for_each_server({}, [&](const store::ServerHistory& history) {
    if (auto sight = sight_of(history)) sights.push_back(std::move(*sight));
  });
  if (!read) return std::unexpected(read.error());
  return sights;
}

void add_said(KnownServer& server, Said said) {
  server.decided = std::move(said.decided);
  if (server.country.empty()) server.country = std::move(said.country);
  if (server.signs.as_number == 0) server.signs.as_number = said.as_number;
  if (server.signs.reverse_name.empty()) server.signs.reverse_name = std::move(said.reverse_name);
}

// One that only statements know; its key is an address.
KnownServer told_of(const ServerKey& key, Said said) {
  KnownServer server{key.first, key.second, {}, {*parse_address(key.first), {}, {}, {}, 0}, {}};
  add_said(server, std::move(said));
  return server;
}

Result<KnownServer> with_names(store::Store& store, Sight sight) {
  const auto content = store.content_at(sight.server.address, sight.server.port, sight.moment);
  if (!content) return std::unexpected(content.error());
  take_names(sight.server.signs, *content);
  return std::move(sight.server);
}

Result<std::vector<KnownServer>> load_places(store::Store& store, const std::set<ServerKey>& places) {
  std::vector<KnownServer> servers;
  for (const auto& [address, port] : places) {
    auto server = load_server(store, address, port);
    if (!server) return std::unexpected(server.error());
    if (*server) servers.push_back(std::move(**server));
  }
  return servers;
}

bool before(const KnownServer& a, const KnownServer& b) {
  return std::tie(a.address, a.port) < std::tie(b.address, b.port);
}

}  // namespace

Result<std::vector<KnownServer>> load_servers(store::Store& store) {
  auto said = read_statements(store);
  if (!said) return std::unexpected(said.error());
  auto sights = read_sights(store);
  if (!sights) return std::unexpected(sights.error());
  std::vector<KnownServer> servers;
  servers.reserve(sights->size());
  for (Sight& sight : *sights) {
    auto server = with_names(store, std::move(sight));
    if (!server) return std::unexpected(server.error());
    if (auto node = said->extract({server->address, server->port}))
      add_said(*server, std::move(node.mapped()));
    servers.push_back(std::move(*server));
  }
  for (auto& [key, rest] : *said) servers.push_back(told_of(key, std::move(rest)));
  std::ranges::sort(servers, before);
  return servers;
}

Result<std::optional<KnownServer>> load_server(store::Store& store, const std::string& address,
                                               std::uint16_t port) {
  auto said = read_statements(store, store::server_subject(address, port));
  if (!said) return std::unexpected(said.error());
  const auto history = store.history(address, port);
  if (!history) return std::unexpected(history.error());
  auto node = said->extract({address, port});
  auto sight = sight_of(*history);
  if (!sight) return node ? std::optional(told_of({address, port}, std::move(node.mapped()))) : std::nullopt;
  auto server = with_names(store, std::move(*sight));
  if (!server) return std::unexpected(server.error());
  if (node) add_said(*server, std::move(node.mapped()));
  return std::optional(std::move(*server));
}

Result<std::vector<KnownServer>> load_servers_at(store::Store& store, const ServerPlace& place) {
  std::set<ServerKey> places = {{place.address, place.port}};
  store::ServerQuery query;
  query.search = place.address;
  const auto read = store.servers().for_each(query, [&](const store::ServerRow& row) {
    if (row.address == place.address) places.insert({row.address, row.port});
  });
  if (!read) return std::unexpected(read.error());
  return load_places(store, places);
}

Result<std::vector<KnownServer>> load_servers_of(store::Store& store, const std::string& organisation) {
  std::set<ServerKey> places;
  store::ServerQuery query;
  query.organisation = organisation;
  const auto read = store.servers().for_each(
      query, [&](const store::ServerRow& row) { places.insert({row.address, row.port}); });
  if (!read) return std::unexpected(read.error());
  return load_places(store, places);
}

std::optional<ServerSigns> signs_of(const store::ServerRow& row) {
  const auto address = parse_address(row.address);
  if (!address) return std::nullopt;
  return ServerSigns{*address, row.name, {}, {}, as_of(row.network)};
}

std::optional<ServerPlace> parse_server_place(std::string_view text) {
  std::string_view address = text;
  std::string_view port = "443";
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    address = text.substr(1, end - 1);
    if (end + 1 < text.size() && text[end + 1] != ':') return std::nullopt;
    if (end + 1 < text.size()) port = text.substr(end + 2);
  } else if (std::ranges::count(text, ':') == 1) {
    address = text.substr(0, text.find(':'));
    port = text.substr(text.find(':') + 1);
  }
  const auto parsed = parse_address(address);
  std::uint16_t number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool whole = !port.empty() && read.ec == std::errc() && read.ptr == port.data() + port.size();
  if (!parsed || !whole || number == 0) return std::nullopt;
  return ServerPlace{to_string(*parsed), number};
}

}  // namespace afterpatch::app

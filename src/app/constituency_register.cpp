#include "app/constituency_register.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.h"
#include "constituency/organisation_json.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::Attribution;
using constituency::Attributor;
using constituency::Organisation;
using constituency::ServerSigns;

constexpr std::size_t kRowsPerWrite = 10'000;

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
};

void take_statement(std::map<ServerKey, Said>& said, const store::Statement& statement) {
  const auto place = parse_server_place(statement.subject);
  if (!place) return;
  Said& server = said[{place->address, place->port}];
  if (statement.kind != "owner-decided" && statement.kind != "located") return;
  const auto content = parse_object(statement.content);
  if (!content) return;
  if (statement.kind == "owner-decided") server.decided = std::string(text_of(*content, "organisation"));
  if (statement.kind != "located") return;
  server.country = std::string(text_of(*content, "country"));
  server.as_number = as_of(text_of(*content, "network"));
}

Result<std::map<ServerKey, Said>> read_statements(store::Store& store) {
  std::map<ServerKey, Said> said;
  const auto read = store.ledger().for_each(
      {.subject_kind = "server"}, [&](auto, const auto& statement) { take_statement(said, statement); });
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
  const auto address = constituency::parse_address(history.address);
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
}

bool before(const KnownServer& a, const KnownServer& b) {
  return std::tie(a.address, a.port) < std::tie(b.address, b.port);
}

void count(AttributionCounts& counts, const Attribution& answer, bool decided) {
  ++counts.servers;
  counts.decided += decided ? 1 : 0;
  counts.conflicts += answer.conflict() ? 1 : 0;
  if (answer.organisation.empty()) {
    ++counts.nobody;
    return;
  }
  ++counts.to_organisation;
  counts.to_provider += answer.as_provider ? 1 : 0;
}

}  // namespace

const Organisation* Register::find(const std::string& id) const {
  const auto found = std::ranges::lower_bound(organisations, id, {}, &Organisation::id);
  return found != organisations.end() && found->id == id ? &*found : nullptr;
}

Result<Register> load_register(store::Store& store) {
  auto suffixes = constituency::PublicSuffixes::load();
  if (!suffixes) return std::unexpected(suffixes.error());
  Register loaded{std::move(*suffixes), {}};
  std::optional<Error> wrong;
  const auto read = store.directory().for_each_organisation([&](const store::OrganisationRow& row) {
    auto organisation =
        constituency::read_organisation(row.content, loaded.suffixes, "organisation " + row.id);
    if (organisation) loaded.organisations.push_back(std::move(*organisation));
    if (!organisation && !wrong) wrong = organisation.error();
  });
  if (!read) return std::unexpected(read.error());
  if (wrong) return std::unexpected(*wrong);
  std::ranges::sort(loaded.organisations, {}, &Organisation::id);
  return loaded;
}

Result<std::vector<KnownServer>> load_servers(store::Store& store) {
  auto said = read_statements(store);
  if (!said) return std::unexpected(said.error());
  auto sights = read_sights(store);
  if (!sights) return std::unexpected(sights.error());
  std::vector<KnownServer> servers;
  servers.reserve(sights->size());
  for (Sight& sight : *sights) {
    KnownServer& server = sight.server;
    const auto content = store.content_at(server.address, server.port, sight.moment);
    if (!content) return std::unexpected(content.error());
    take_names(server.signs, *content);
    if (auto node = said->extract({server.address, server.port})) add_said(server, std::move(node.mapped()));
    servers.push_back(std::move(server));
  }
  for (auto& [key, rest] : *said) {
    const auto address = constituency::parse_address(key.first);
    KnownServer server{key.first, key.second, {}, {*address, {}, {}, {}, 0}, {}};
    add_said(server, std::move(rest));
    servers.push_back(std::move(server));
  }
  std::ranges::sort(servers, before);
  return servers;
}

Attribution answer_for(const Attributor& attributor, const KnownServer& server) {
  return server.decided ? attributor.attribute(server.signs, *server.decided)
                        : attributor.attribute(server.signs);
}

store::OwnerRow owner_row(const KnownServer& server, const Attribution& answer) {
  store::OwnerRow row{server.address, server.port, answer.organisation, {}, {}, "[]"};
  if (!answer.method) return row;
  row.method = name_of(*answer.method);
  row.confidence = name_of(answer.confidence);
  row.others = json::serialize(json::array(answer.others.begin(), answer.others.end()));
  return row;
}

store::OrganisationRow organisation_row(const Organisation& organisation) {
  return {organisation.id,     organisation.name,   organisation.country,
          organisation.region, organisation.sector, constituency::to_json(organisation)};
}

Result<AttributionCounts> attribute_all(store::Store& store) {
  const auto loaded = load_register(store);
  if (!loaded) return std::unexpected(loaded.error());
  const auto servers = load_servers(store);
  if (!servers) return std::unexpected(servers.error());
  Attributor attributor(loaded->organisations, loaded->suffixes);
  for (const KnownServer& server : *servers) attributor.learn(server.signs);
  AttributionCounts counts;
  std::vector<store::OwnerRow> rows;
  const auto write = [&]() -> Result<void> {
    const auto written = store.directory().put_owners(rows);
    rows.clear();
    return written;
  };
  for (const KnownServer& server : *servers) {
    const Attribution answer = answer_for(attributor, server);
    count(counts, answer, server.decided.has_value());
    rows.push_back(owner_row(server, answer));
    if (rows.size() < kRowsPerWrite) continue;
    if (const auto written = write(); !written) return std::unexpected(written.error());
  }
  if (const auto written = write(); !written) return std::unexpected(written.error());
  for (const Organisation& one : loaded->organisations) {
    if (!one.provider && attributor.is_provider(one.id)) counts.found_providers.push_back(one.id);
  }
  return counts;
}

Result<AttributionCounts> replay_constituency(store::Store& store) {
  auto suffixes = constituency::PublicSuffixes::load();
  if (!suffixes) return std::unexpected(suffixes.error());
  std::map<std::string, store::OrganisationRow> rows;
  std::optional<Error> wrong;
  const auto read = store.ledger().for_each(
      {.subject_kind = "organisation", .kind = "listed"}, [&](auto, const store::Statement& statement) {
        auto one =
            constituency::read_organisation(statement.content, *suffixes, "listed " + statement.subject);
        if (one) rows[one->id] = organisation_row(*one);
        if (!one && !wrong) wrong = one.error();
      });
  if (!read) return std::unexpected(read.error());
  if (wrong) return std::unexpected(*wrong);
  if (const auto cleared = store.directory().clear(); !cleared) return std::unexpected(cleared.error());
  std::vector<store::OrganisationRow> list;
  for (auto& [id, row] : rows) list.push_back(std::move(row));
  if (const auto put = store.directory().put_organisations(list); !put) return std::unexpected(put.error());
  return attribute_all(store);
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
  const auto parsed = constituency::parse_address(address);
  std::uint16_t number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool whole = !port.empty() && read.ec == std::errc() && read.ptr == port.data() + port.size();
  if (!parsed || !whole || number == 0) return std::nullopt;
  return ServerPlace{constituency::to_string(*parsed), number};
}

}  // namespace afterpatch::app

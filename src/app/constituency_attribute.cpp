#include "app/constituency_attribute.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "app/clock.h"
#include "app/constituency_contacts.h"
#include "app/constituency_register.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "constituency/geo_database.h"
#include "constituency/organisation_json.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::GeoDatabase;
using constituency::Organisation;

Timestamp now() {
  return std::chrono::floor<std::chrono::seconds>(now_utc());
}

Result<std::vector<GeoDatabase>> open_databases(const std::vector<std::string>& files) {
  std::vector<GeoDatabase> databases;
  for (const std::string& file : files) {
    auto database = GeoDatabase::open(file);
    if (!database) return std::unexpected(database.error());
    databases.push_back(std::move(*database));
  }
  return databases;
}

// Where the files know more than the scan. Kept as a statement, so that a rebuild needs no files.
std::optional<store::Statement> location_of(const KnownServer& server,
                                            const std::vector<GeoDatabase>& databases, Timestamp moment) {
  std::string country;
  std::uint32_t as_number = 0;
  for (const GeoDatabase& database : databases) {
    const auto facts = database.find(server.signs.address);
    if (country.empty()) country = facts.country;
    if (as_number == 0) as_number = facts.as_number;
  }
  const bool new_country = server.country.empty() && !country.empty();
  const bool new_as = server.signs.as_number == 0 && as_number != 0;
  if (!new_country && !new_as) return std::nullopt;
  const std::string network = as_number == 0 ? std::string() : fmt::format("AS{}", as_number);
  const std::string subject = store::server_subject(server.address, server.port);
  return store::Statement{
      .time = moment,
      .received = moment,
      .source = "maxmind",
      .kind = "located",
      .subject_kind = "server",
      .subject = subject,
      .key = fmt::format("{} {} {}", subject, country, network),
      .content = json::serialize(json::object{{"country", country}, {"network", network}})};
}

Result<std::uint64_t> locate(store::Store& store, const std::vector<std::string>& files) {
  if (files.empty()) return 0;
  const auto databases = open_databases(files);
  if (!databases) return std::unexpected(databases.error());
  const auto servers = load_servers(store);
  if (!servers) return std::unexpected(servers.error());
  std::vector<store::Statement> statements;
  for (const KnownServer& server : *servers) {
    if (auto statement = location_of(server, *databases, now())) statements.push_back(std::move(*statement));
  }
  return store.ledger().add(statements);
}

store::Statement reverse_name_of(const KnownServer& server, const std::string& name, Timestamp moment) {
  return {.time = moment,
          .received = moment,
          .source = "dns",
          .kind = "reverse-name",
          .subject_kind = "server",
          .subject = store::server_subject(server.address, server.port),
          .content = json::serialize(json::object{{"name", name}})};
}

// Asks for the reverse names of servers that have none yet; an address with several ports is asked about
// once.
Result<std::uint64_t> ask_reverse_names(store::Store& store, const DnsOptions& options) {
  if (!options.ask) return 0;
  const auto servers = load_servers(store);
  if (!servers) return std::unexpected(servers.error());
  const auto questions = NameQuestions::open(options);
  if (!questions) return std::unexpected(questions.error());
  std::vector<Address> addresses;
  std::vector<const KnownServer*> asked;
  for (const KnownServer& server : *servers) {
    if (!server.signs.reverse_name.empty()) continue;
    asked.push_back(&server);
    // Servers come by address: those of one stand beside each other.
    if (addresses.empty() || addresses.back() != server.signs.address)
      addresses.push_back(server.signs.address);
  }
  const auto names = (*questions)->reverse_names(addresses);
  std::vector<store::Statement> statements;
  std::size_t at = 0;
  for (const KnownServer* server : asked) {
    while (addresses[at] != server->signs.address) ++at;
    if (!names[at].empty()) statements.push_back(reverse_name_of(*server, names[at], now()));
  }
  return store.ledger().add(statements);
}

// Who hosts others' servers can only be told from all servers, so it is kept for those who look at few.
Result<void> keep_hosting(store::Store& store, const std::vector<std::string>& found) {
  const auto known = seen_hosting(store);
  if (!known) return std::unexpected(known.error());
  const std::set<std::string> seen(found.begin(), found.end());
  std::set<std::string> changed;
  std::ranges::set_symmetric_difference(*known, seen, std::inserter(changed, changed.end()));
  std::vector<store::Statement> statements;
  for (const std::string& id : changed)
    statements.push_back({.time = now(),
                          .received = now(),
                          .source = "attribution",
                          .kind = "hosts-others",
                          .subject_kind = "organisation",
                          .subject = id,
                          .content = json::serialize(json::object{{"hosts", seen.contains(id)}})});
  const auto added = store.ledger().add(statements);
  return added ? Result<void>() : std::unexpected(added.error());
}

bool wants_registry(const RegistryOptions& options) {
  return options.ask || !options.cache.empty();
}

struct Enlisted {
  std::uint64_t holders = 0;
  std::uint64_t unknown = 0;
};

// Holders of the networks of servers that are nobody's become organisations of the register: providers.
class Enlister {
 public:
  Enlister(store::Store& store, Registry& registry, std::ostream& err)
      : store_(store), registry_(registry), err_(err) {}

  Result<Enlisted> run(const Register& known) {
    const auto read = store_.directory().for_each_owner([&](const store::OwnerRow& row) {
      if (row.organisation.empty() && row.method.empty()) ask(row.address);
    });
    if (!read) return std::unexpected(read.error());
    std::vector<store::Statement> statements;
    std::vector<store::OrganisationRow> rows;
    for (const auto& [id, holder] : holders_) {
      if (known.find(id) != nullptr) continue;
      rows.push_back(organisation_row(holder));
      statements.push_back({.time = now(),
                            .received = now(),
                            .source = "rdap",
                            .kind = "listed",
                            .subject_kind = "organisation",
                            .subject = id,
                            .content = rows.back().content});
    }
    counts_.holders = rows.size();
    const auto kept = store_.together([&]() -> Result<void> {
      if (const auto added = store_.ledger().add(statements); !added) return std::unexpected(added.error());
      return store_.directory().put_organisations(rows);
    });
    if (!kept) return std::unexpected(kept.error());
    return counts_;
  }

 private:
  void ask(const std::string& text) {
    const auto address = parse_address(text);
    if (!address || is_internal(*address)) return;
    const auto entry = registry_.network_of(*address);
    if (!entry && shown_++ < 5)
      err_ << "afterpatch: note: " << escape_terminal(to_string(entry.error())) << '\n';
    if (!entry || *entry == nullptr || !(*entry)->holder) {
      ++counts_.unknown;
      return;
    }
    holders_.emplace((*entry)->holder->id, *(*entry)->holder);
  }

  store::Store& store_;
  Registry& registry_;
  std::ostream& err_;
  std::map<std::string, Organisation> holders_;
  Enlisted counts_;
  int shown_ = 0;
};

Result<Enlisted> enlist(store::Store& store, const RegistryOptions& options, std::ostream& err) {
  const auto known = load_register(store);
  if (!known) return std::unexpected(known.error());
  const auto registry = Registry::open(options, known->suffixes);
  if (!registry) return std::unexpected(registry.error());
  return Enlister(store, **registry, err).run(*known);
}

struct Outcome {
  AttributionCounts counts;
  std::uint64_t located = 0;
  std::uint64_t reverse_names = 0;
  Enlisted enlisted;
};

Result<Outcome> attribute(const ConstituencyAttribute& command, store::Store& store, std::ostream& err) {
  Outcome outcome;
  const auto located = locate(store, command.databases);
  if (!located) return std::unexpected(located.error());
  outcome.located = *located;
  const auto reverse_names = ask_reverse_names(store, command.dns);
  if (!reverse_names) return std::unexpected(reverse_names.error());
  outcome.reverse_names = *reverse_names;
  auto counts = attribute_all(store);
  if (counts && wants_registry(command.registry)) {
    const auto enlisted = enlist(store, command.registry, err);
    if (!enlisted) return std::unexpected(enlisted.error());
    outcome.enlisted = *enlisted;
    counts = attribute_all(store);
  }
  if (!counts) return std::unexpected(counts.error());
  outcome.counts = std::move(*counts);
  if (const auto kept = keep_hosting(store, outcome.counts.found_providers); !kept)
    return std::unexpected(kept.error());
  // Lists and counts read the owner from the servers' rows.
  if (const auto refreshed = store.servers().refresh(); !refreshed) return std::unexpected(refreshed.error());
  return outcome;
}

void print_text(const Outcome& outcome, std::ostream& out) {
  const AttributionCounts& counts = outcome.counts;
  out << fmt::format("{} servers: {} have an owner, {} have none\n", counts.servers, counts.to_organisation,
                     counts.nobody);
  out << fmt::format("of those with an owner: {} only by who hosts them, {} in conflict\n",
                     counts.to_provider, counts.conflicts);
  if (counts.decided != 0) out << fmt::format("{} were decided by an operator\n", counts.decided);
  if (outcome.located != 0) out << fmt::format("{} were located by MaxMind DB files\n", outcome.located);
  if (outcome.reverse_names != 0) out << fmt::format("{} reverse names were found\n", outcome.reverse_names);
  if (outcome.enlisted.holders != 0)
    out << fmt::format("{} holders of networks were taken from RDAP as providers\n",
                       outcome.enlisted.holders);
  if (outcome.enlisted.unknown != 0)
    out << fmt::format("{} servers: RDAP named no holder, or was not asked\n", outcome.enlisted.unknown);
  for (const std::string& id : counts.found_providers) {
    out << fmt::format(
        "{} hosts servers of many domains that are not its own: taken as a provider (say so in "
        "the list: provider = yes)\n",
        escape_terminal(id));
  }
}

void print_json(const Outcome& outcome, std::ostream& out) {
  const AttributionCounts& counts = outcome.counts;
  out << json::serialize(json::object{
             {"servers", counts.servers},
             {"with_owner", counts.to_organisation},
             {"by_host_only", counts.to_provider},
             {"decided", counts.decided},
             {"conflicts", counts.conflicts},
             {"without_owner", counts.nobody},
             {"located", outcome.located},
             {"reverse_names", outcome.reverse_names},
             {"holders_from_rdap", outcome.enlisted.holders},
             {"found_providers", json::array(counts.found_providers.begin(), counts.found_providers.end())}})
      << '\n';
}

Result<std::string> assign(const ConstituencyAssign& command, store::Store& store) {
  const auto place = parse_server_place(command.server);
  if (!place) return fail("no server", command.server, "write 192.0.2.1 or [2001:db8::1]:443");
  const std::string id = command.organisation == "none" ? std::string() : command.organisation;
  if (!id.empty()) {
    const auto row = store.directory().organisation(id);
    if (!row) return std::unexpected(row.error());
    if (!*row)
      return fail("no organisation with this id", id, "afterpatch constituency lookup NAME finds ids");
  }
  const std::string subject = store::server_subject(place->address, place->port);
  const auto kept = store.together([&]() -> Result<void> {
    const auto added = store.ledger().add(
        {{.time = now(),
          .received = now(),
          .source = "operator:" + command.by,
          .kind = "owner-decided",
          .subject_kind = "server",
          .subject = subject,
          .content = json::serialize(json::object{{"organisation", id}, {"why", command.why}})}});
    if (!added) return std::unexpected(added.error());
    return store.directory().put_owners({{place->address, place->port, id, "operator", "confirmed", "[]"}});
  });
  if (!kept) return std::unexpected(kept.error());
  if (const auto refreshed = store.servers().refresh(); !refreshed) return std::unexpected(refreshed.error());
  return fmt::format("{} is {} now, by {}", subject, id.empty() ? "nobody's" : id + "'s", command.by);
}

}  // namespace

int run_constituency_attribute(const ConstituencyAttribute& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  const auto outcome = attribute(command, **store, err);
  if (!outcome) return give_up(outcome.error(), err);
  command.json ? print_json(*outcome, out) : print_text(*outcome, out);
  return kSuccess;
}

int run_constituency_assign(const ConstituencyAssign& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  const auto done = assign(command, **store);
  if (!done) return give_up(done.error(), err);
  out << escape_terminal(*done) << '\n';
  return kSuccess;
}

}  // namespace afterpatch::app

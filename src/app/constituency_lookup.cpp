#include "app/constituency_lookup.h"

#include <algorithm>
#include <optional>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "app/clock.h"
#include "app/constituency_contacts.h"
#include "app/constituency_register.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "base/text.h"
#include "constituency/contact_ladder.h"
#include "constituency/geo_database.h"
#include "constituency/organisation_json.h"
#include "constituency/security_txt_fetch.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::Attribution;
using constituency::LadderStep;
using constituency::Organisation;

constexpr std::size_t kMostFetched = 3;  // security.txt of so many domains
constexpr std::size_t kMostOthers = 10;  // organisations that a part of a name fits

struct Sighting {
  KnownServer server;
  Attribution answer;
};

// What the answer is made of.
struct Found {
  std::vector<Sighting> servers;
  const Organisation* organisation = nullptr;
  std::vector<LadderStep> contacts;
  std::optional<constituency::RdapEntry> holder;  // of the network, where nobody on the list has it
  constituency::GeoFacts place;
  std::vector<std::string> fitting;  // ids and names that a search fits, if more than one
  std::vector<std::string> notes;
};

class Lookup {
 public:
  Lookup(const ConstituencyLookup& command, store::Store& store) : command_(command), store_(store) {}

  Result<void> run(Found& found) {
    auto book = ContactBook::open(store_);
    if (!book) return std::unexpected(book.error());
    book_ = std::move(*book);
    auto registry = Registry::open(command_.registry, book_->known().suffixes);
    if (!registry) return std::unexpected(registry.error());
    registry_ = std::move(*registry);
    if (const auto read = find(found); !read) return read;
    if (const auto located = locate(found); !located) return located;
    add_contacts(found);
    return {};
  }

  // What `found` points into lives as long as this.
  const Register& known() const { return book_->known(); }

 private:
  Result<void> find(Found& found) {
    const auto place = parse_server_place(command_.what);
    const auto name = place ? std::nullopt : constituency::host_name(command_.what);
    if (!place && find_organisation(found, name.has_value()))
      return take(found, load_servers_of(store_, found.organisation->id));
    const auto read = place ? take(found, load_servers_at(store_, *place)) : take_named(found, name);
    if (!read) return read;
    if (found.servers.empty() && (place || name)) add_unseen(found, place, name.value_or(""));
    if (!found.servers.empty() && found.organisation == nullptr)
      found.organisation = known().find(found.servers.front().answer.organisation);
    return {};
  }

  Result<void> take(Found& found, Result<std::vector<KnownServer>> servers) {
    if (!servers) return std::unexpected(servers.error());
    for (KnownServer& server : *servers) {
      Attribution answer = answer_for(book_->attributor(), server);
      found.servers.push_back({std::move(server), std::move(answer)});
    }
    return {};
  }

  // A name may stand on any certificate, so all servers are looked at.
  Result<void> take_named(Found& found, const std::optional<std::string>& name) {
    if (!name) return {};
    auto servers = load_servers(store_);
    if (!servers) return std::unexpected(servers.error());
    std::erase_if(*servers, [&](const KnownServer& server) { return !has_name(server, *name); });
    return take(found, std::move(servers));
  }

  static bool has_name(const KnownServer& server, const std::string& name) {
    const auto is_it = [&](const std::string& one) { return constituency::host_name(one) == name; };
    return is_it(server.signs.asked_name) || is_it(server.signs.reverse_name) ||
           std::ranges::any_of(server.signs.certificate_names, is_it);
  }

  // By id, else by a part of the name. A host name is looked for among servers unless an id is the same.
  bool find_organisation(Found& found, bool is_host_name) {
    found.organisation = known().find(command_.what);
    if (found.organisation != nullptr || is_host_name) return found.organisation != nullptr;
    for (const Organisation& one : known().organisations) {
      const auto fits = [&](const std::string& name) { return contains_ignoring_case(name, command_.what); };
      if (!fits(one.name) && !std::ranges::any_of(one.aliases, fits)) continue;
      if (found.organisation == nullptr) found.organisation = &one;
      if (found.fitting.size() < kMostOthers)
        found.fitting.push_back(fmt::format("{} ({})", one.id, one.name));
    }
    return found.organisation != nullptr;
  }

  // Nothing was seen there, but the register may know.
  void add_unseen(Found& found, const std::optional<ServerPlace>& place, const std::string& name) {
    KnownServer server;
    server.address = place ? place->address : "";
    server.port = place ? place->port : 443;
    server.signs.asked_name = name;
    if (place) server.signs.address = *parse_address(place->address);
    Attribution answer = book_->attributor().attribute(server.signs);
    found.notes.emplace_back("no server was seen there: only the register was asked");
    if (!answer.claims.empty() || place) found.servers.push_back({std::move(server), std::move(answer)});
  }

  Result<void> locate(Found& found) {
    for (const std::string& file : command_.databases) {
      const auto database = constituency::GeoDatabase::open(file);
      if (!database) return std::unexpected(database.error());
      if (found.servers.empty()) continue;
      const auto facts = database->find(found.servers.front().server.signs.address);
      if (found.place.country.empty()) found.place.country = facts.country;
      if (found.place.as_number == 0) found.place.as_number = facts.as_number;
      if (found.place.as_name.empty()) found.place.as_name = facts.as_name;
    }
    return {};
  }

  void add_contacts(Found& found) {
    constituency::ContactSources asked;
    std::vector<constituency::ServerSigns> servers;
    for (const Sighting& sighting : found.servers) servers.push_back(sighting.server.signs);
    ask_registry(found, asked);
    if (found.organisation != nullptr) fetch_security_txt(*found.organisation, asked, found.notes);
    static const Organisation kNobody;
    const auto now = std::chrono::floor<std::chrono::seconds>(now_utc());
    found.contacts = book_->ladder(found.organisation == nullptr ? kNobody : *found.organisation, servers,
                                   std::move(asked), now);
  }

  void ask_registry(Found& found, constituency::ContactSources& sources) {
    if (found.servers.empty() || found.servers.front().server.address.empty()) return;
    const auto entry = registry_->network_of(found.servers.front().server.signs.address);
    if (!entry) found.notes.push_back("RDAP: " + to_string(entry.error()));
    if (!entry || *entry == nullptr) return;
    found.holder = **entry;
    if (!found.holder->holder) return;
    for (const auto& contact : found.holder->holder->contacts) {
      if (contact.rung == constituency::Rung::network) sources.others.push_back(contact);
    }
  }

  void fetch_security_txt(const Organisation& organisation, constituency::ContactSources& sources,
                          std::vector<std::string>& notes) {
    if (!command_.registry.visit) return;
    const auto now = std::chrono::floor<std::chrono::seconds>(now_utc());
    const std::size_t domains = std::min(organisation.domains.size(), kMostFetched);
    for (std::size_t i = 0; i < domains; ++i) {
      auto file = constituency::fetch_security_txt(registry_->web(), organisation.domains[i],
                                                   book_->known().suffixes, now);
      if (!file) {
        notes.push_back("no security.txt: " + to_string(file.error()));
        continue;
      }
      for (const std::string& fault : file->faults)
        notes.push_back(fmt::format("security.txt of {}: {}", organisation.domains[i], fault));
      sources.security_txts.push_back(std::move(*file));
    }
  }

  const ConstituencyLookup& command_;
  store::Store& store_;
  std::unique_ptr<ContactBook> book_;
  std::unique_ptr<Registry> registry_;
};

std::string shown(const std::string& text) {
  return escape_terminal(text, 400);
}

std::string_view kind_of(const Attribution& answer) {
  if (answer.organisation.empty()) return "nobody on the list";
  return answer.as_provider ? "hosts it; whose it is is not known" : "owner";
}

void print_server(const Sighting& sighting, std::ostream& out) {
  const Attribution& answer = sighting.answer;
  const std::string place = sighting.server.address.empty()
                                ? shown(sighting.server.signs.asked_name)
                                : store::server_subject(sighting.server.address, sighting.server.port);
  out << fmt::format("{}  {}: {}", place, kind_of(answer), shown(answer.organisation));
  if (answer.method) out << fmt::format("  ({}, by {})", name_of(answer.confidence), name_of(*answer.method));
  out << '\n';
  for (const auto& claim : answer.claims) {
    out << fmt::format("  {:<12} {}  {}{}\n", shown(claim.organisation), name_of(claim.method),
                       shown(claim.because), claim.as_provider ? "  (as provider)" : "");
  }
  if (answer.shared_certificate) out << "  certificate of many owners: its names decide nothing\n";
  if (!answer.hoster.empty()) out << "  hosted by " << shown(answer.hoster) << '\n';
  if (answer.conflict()) {
    out << fmt::format("  CONFLICT with {}: decide with 'afterpatch constituency assign'\n",
                       shown(fmt::format("{}", fmt::join(answer.others, ", "))));
  }
}

std::string value_of(const constituency::Contact& contact) {
  if (contact.channel != constituency::Channel::letter) return contact.value;
  return fmt::format("{}", fmt::join(contact.postal, " | "));
}

void print_contact(std::size_t number, const LadderStep& step, std::ostream& out) {
  std::string line =
      fmt::format("{:>3}. {:<8} {}", number, name_of(step.contact.channel), shown(value_of(step.contact)));
  if (!step.contact.person.empty()) line += fmt::format(" ({})", shown(step.contact.person));
  line += fmt::format("  [{}; {}; {}", name_of(step.contact.rung), shown(step.contact.provenance), step.age);
  if (step.stale) line += "; STALE";
  if (!step.note.empty()) line += "; " + shown(step.note);
  line += "]";
  if (step.on_hit_domain) line += fmt::format("  ON THE HIT DOMAIN: {}", shown(step.on_hit_reason));
  out << line << '\n';
}

void print_organisation(const Organisation& one, std::ostream& out) {
  out << fmt::format("{}  {}", shown(one.id), shown(one.name));
  for (const std::string* part : {&one.sector, &one.country, &one.region}) {
    if (!part->empty()) out << "  " << shown(*part);
  }
  out << (one.provider ? "  provider\n" : "\n");
}

void print_text(const Found& found, std::ostream& out) {
  if (found.organisation != nullptr) print_organisation(*found.organisation, out);
  if (found.fitting.size() > 1)
    out << "also fits: "
        << shown(fmt::format("{}", fmt::join(found.fitting.begin() + 1, found.fitting.end(), ", "))) << '\n';
  for (const Sighting& sighting : found.servers) print_server(sighting, out);
  if (!found.place.country.empty() || found.place.as_number != 0) {
    out << fmt::format("located in {}, AS{} {}\n", found.place.country.empty() ? "?" : found.place.country,
                       found.place.as_number, shown(found.place.as_name));
  }
  if (found.holder && found.holder->holder)
    out << fmt::format("network held by {} (RDAP, {})\n", shown(found.holder->holder->name),
                       to_date_text(found.holder->fetched));
  for (const std::string& note : found.notes) out << "note: " << shown(note) << '\n';
  if (found.contacts.empty()) out << "no contact is known\n";
  if (!found.contacts.empty()) out << "contacts, best first:\n";
  for (std::size_t i = 0; i < found.contacts.size(); ++i) print_contact(i + 1, found.contacts[i], out);
}

json::object server_object(const Sighting& sighting) {
  json::array claims;
  for (const auto& claim : sighting.answer.claims) {
    claims.push_back(json::object{{"organisation", claim.organisation},
                                  {"method", name_of(claim.method)},
                                  {"because", claim.because},
                                  {"as_provider", claim.as_provider}});
  }
  const Attribution& answer = sighting.answer;
  json::object object{{"address", sighting.server.address},
                      {"port", sighting.server.port},
                      {"organisation", answer.organisation},
                      {"as_provider", answer.as_provider},
                      {"hoster", answer.hoster},
                      {"shared_certificate", answer.shared_certificate},
                      {"others", json::array(answer.others.begin(), answer.others.end())},
                      {"claims", std::move(claims)}};
  object["method"] = answer.method ? json::value(name_of(*answer.method)) : json::value(nullptr);
  object["confidence"] = answer.method ? json::value(name_of(answer.confidence)) : json::value(nullptr);
  return object;
}

json::object contact_object(const LadderStep& step) {
  return {{"rung", name_of(step.contact.rung)},
          {"channel", name_of(step.contact.channel)},
          {"value", step.contact.value},
          {"postal", json::array(step.contact.postal.begin(), step.contact.postal.end())},
          {"person", step.contact.person},
          {"language", step.contact.language},
          {"pgp", step.contact.pgp_fingerprint},
          {"provenance", step.contact.provenance},
          {"age", step.age},
          {"stale", step.stale},
          {"note", step.note},
          {"on_hit_domain", step.on_hit_domain},
          {"on_hit_reason", step.on_hit_reason}};
}

void print_json(const Found& found, std::ostream& out) {
  json::object object;
  object["organisation"] = found.organisation == nullptr
                               ? json::value(nullptr)
                               : json::parse(constituency::to_json(*found.organisation));
  json::array& servers = object["servers"].emplace_array();
  for (const Sighting& sighting : found.servers) servers.push_back(server_object(sighting));
  json::array& contacts = object["contacts"].emplace_array();
  for (const LadderStep& step : found.contacts) contacts.push_back(contact_object(step));
  object["notes"] = json::array(found.notes.begin(), found.notes.end());
  out << json::serialize(object) << '\n';
}

}  // namespace

int run_constituency_lookup(const ConstituencyLookup& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  Lookup lookup(command, **store);
  Found found;
  if (const auto run = lookup.run(found); !run) return give_up(run.error(), err);
  if (found.servers.empty() && found.organisation == nullptr) {
    return give_up({"nobody on the list and no server fits", command.what,
                    "give an address, a host name, an organisation's id or a part of its name"},
                   err);
  }
  command.json ? print_json(found, out) : print_text(found, out);
  return kSuccess;
}

}  // namespace afterpatch::app

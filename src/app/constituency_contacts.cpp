#include "app/constituency_contacts.h"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "constituency/contact_sources.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::ContactSources;
using constituency::HitServers;
using constituency::LadderStep;
using constituency::Organisation;
using constituency::ServerSigns;

constexpr std::string_view kRdap = "RDAP ";

void add_hit(HitServers& hit, const ServerSigns& server) {
  hit.addresses.push_back(server.address);
  if (!server.asked_name.empty()) hit.names.push_back(server.asked_name);
  hit.names.insert(hit.names.end(), server.certificate_names.begin(), server.certificate_names.end());
}

// Domains to which mail of this ladder may go.
std::set<std::string> mail_domains(const Organisation& organisation, const ContactSources& sources) {
  std::set<std::string> domains(organisation.domains.begin(), organisation.domains.end());
  const auto add = [&](const std::vector<constituency::Contact>& contacts) {
    for (const constituency::Contact& contact : contacts) {
      if (contact.channel != constituency::Channel::email) continue;
      if (auto domain = constituency::domain_of_mail_address(contact.value))
        domains.insert(std::move(*domain));
    }
  };
  add(organisation.contacts);
  add(sources.others);
  for (const constituency::SecurityTxt& file : sources.security_txts) add(file.contacts);
  return domains;
}

bool says_hosting(const std::string& content) {
  boost::system::error_code code;
  const json::value value = json::parse(content, code);
  const json::value* hosts = !code && value.is_object() ? value.get_object().if_contains("hosts") : nullptr;
  return hosts != nullptr && hosts->is_bool() && hosts->get_bool();
}

}  // namespace

Result<std::set<std::string>> seen_hosting(store::Store& store) {
  std::set<std::string> hosting;
  const auto read = store.ledger().for_each({.subject_kind = "organisation", .kind = "hosts-others"},
                                            [&](auto, const store::Statement& statement) {
                                              if (says_hosting(statement.content))
                                                hosting.insert(statement.subject);
                                              else
                                                hosting.erase(statement.subject);
                                            });
  if (!read) return std::unexpected(read.error());
  return hosting;
}

Result<std::unique_ptr<ContactBook>> ContactBook::open(store::Store& store) {
  auto known = load_register(store);
  if (!known) return std::unexpected(known.error());
  std::unique_ptr<ContactBook> book(new ContactBook(std::move(*known)));
  book->attributor_ =
      std::make_unique<constituency::Attributor>(book->register_.organisations, book->register_.suffixes);
  std::ranges::copy_if(
      book->register_.organisations, std::back_inserter(book->overseers_),
      [](const Organisation& one) { return !one.authority_for.empty() || !one.as_numbers.empty(); });
  if (const auto read = book->read_found(store); !read) return std::unexpected(read.error());
  if (const auto read = book->read_mail(store); !read) return std::unexpected(read.error());
  if (const auto read = book->read_hosting(store); !read) return std::unexpected(read.error());
  return book;
}

Result<void> ContactBook::read_found(store::Store& store) {
  return store.ledger().for_each({.subject_kind = "organisation", .kind = "contacts-found"},
                                 [&](std::int64_t id, const store::Statement& statement) {
                                   auto answer = constituency::read_found_contacts(
                                       statement.content, register_.suffixes,
                                       "statement " + std::to_string(id));
                                   if (!answer) {
                                     ++unreadable_;
                                     return;
                                   }
                                   Found& found = found_[statement.subject][answer->from];
                                   found.asked = statement.time;
                                   if (answer->failed.empty()) found.answer = std::move(*answer);
                                 });
}

Result<void> ContactBook::read_mail(store::Store& store) {
  return store.ledger().for_each({.subject_kind = "domain", .kind = "mail-exchangers"},
                                 [&](std::int64_t id, const store::Statement& statement) {
                                   const auto mail = constituency::read_mail_exchangers(
                                       statement.content, "statement " + std::to_string(id));
                                   if (!mail) {
                                     ++unreadable_;
                                     return;
                                   }
                                   mail_asked_[mail->domain] = statement.time;
                                   std::vector<std::string>& names = mail_.exchangers[mail->domain];
                                   names.clear();
                                   for (const auto& [name, addresses] : mail->exchangers) {
                                     names.push_back(name);
                                     mail_.exchanger_addresses[name] = addresses;
                                   }
                                 });
}

Result<void> ContactBook::read_hosting(store::Store& store) {
  const auto hosting = seen_hosting(store);
  if (!hosting) return std::unexpected(hosting.error());
  for (const std::string& id : *hosting) attributor_->take_as_provider(id);
  return {};
}

void ContactBook::add_found(const std::string& organisation, ContactSources& sources) const {
  const auto places = found_.find(organisation);
  if (places == found_.end()) return;
  for (const auto& [from, found] : places->second) {
    if (found.answer.contacts.empty()) continue;
    if (constituency::is_security_txt(found.answer))
      sources.security_txts.push_back(constituency::security_txt_of(found.answer));
    else
      sources.others.insert(sources.others.end(), found.answer.contacts.begin(), found.answer.contacts.end());
  }
}

void ContactBook::add_others(const Organisation& organisation, const std::string& hoster,
                             const std::set<std::uint32_t>& as_numbers, ContactSources& sources) const {
  auto others = constituency::contacts_of_others(organisation, "", overseers_, as_numbers);
  sources.others.insert(sources.others.end(), others.begin(), others.end());
  const Organisation* host = hoster.empty() ? nullptr : register_.find(hoster);
  if (host == nullptr) return;
  others = constituency::contacts_of_others(organisation, hoster, {*host});
  sources.others.insert(sources.others.end(), others.begin(), others.end());
}

void ContactBook::add_exchangers(const std::string& domain, HitServers& hit) const {
  const auto names = mail_.exchangers.find(domain);
  if (names == mail_.exchangers.end()) return;
  hit.exchangers.insert(*names);
  for (const std::string& name : names->second)
    hit.exchanger_addresses.insert(*mail_.exchanger_addresses.find(name));
}

std::vector<LadderStep> ContactBook::ladder(const Organisation& organisation,
                                            const std::vector<ServerSigns>& servers, ContactSources asked,
                                            Timestamp now) const {
  HitServers hit;
  std::string hoster;
  std::set<std::uint32_t> as_numbers;
  for (const ServerSigns& server : servers) {
    add_hit(hit, server);
    if (server.as_number != 0) as_numbers.insert(server.as_number);
    if (!hoster.empty()) continue;
    const auto answer = attributor_->attribute(server);
    hoster = answer.as_provider ? answer.organisation : answer.hoster;
  }
  add_found(organisation.id, asked);
  add_others(organisation, hoster, as_numbers, asked);
  for (const std::string& domain : mail_domains(organisation, asked)) add_exchangers(domain, hit);
  Organisation as_known = organisation;
  as_known.provider = attributor_->is_provider(organisation.id);
  return constituency::contact_ladder(as_known, asked, hit, register_.suffixes, now);
}

std::optional<Timestamp> ContactBook::asked(const std::string& organisation, const std::string& from) const {
  const auto places = found_.find(organisation);
  if (places == found_.end()) return std::nullopt;
  const auto found = places->second.find(from);
  return found == places->second.end() ? std::nullopt : std::optional(found->second.asked);
}

std::optional<Timestamp> ContactBook::asked(const std::string& organisation, const Address& address) const {
  const auto places = found_.find(organisation);
  if (places == found_.end()) return std::nullopt;
  for (const auto& [from, found] : places->second) {
    if (!from.starts_with(kRdap)) continue;
    const auto block = parse_network(std::string_view(from).substr(kRdap.size()));
    if (block && block->contains(address)) return found.asked;
  }
  return std::nullopt;
}

std::optional<Timestamp> ContactBook::mail_asked(const std::string& domain) const {
  const auto found = mail_asked_.find(domain);
  return found == mail_asked_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace afterpatch::app

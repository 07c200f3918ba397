#include "constituency/looked_up.h"

#include <boost/json.hpp>

#include <fmt/format.h>

#include "constituency/organisation_json.h"

namespace afterpatch::constituency {
namespace {

namespace json = boost::json;

constexpr std::string_view kSecurityTxt = "security.txt of ";

Result<json::object> parse_object(std::string_view text, const std::string& where) {
  json::parse_options options;
  options.max_depth = 16;
  boost::system::error_code code;
  json::value value = json::parse({text.data(), text.size()}, code, {}, options);
  if (code || !value.is_object()) return fail("no JSON object", where, {});
  return std::move(value.get_object());
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::vector<Address> addresses_of(const json::value& value) {
  std::vector<Address> addresses;
  if (!value.is_array()) return addresses;
  for (const json::value& one : value.get_array()) {
    if (!one.is_string()) continue;
    if (const auto address = parse_address({one.get_string().data(), one.get_string().size()}))
      addresses.push_back(*address);
  }
  return addresses;
}

}  // namespace

FoundContacts found_in(const SecurityTxt& file) {
  FoundContacts found;
  found.from = std::string(kSecurityTxt) + file.domain;
  found.contacts = file.contacts;
  found.expires = file.expires;
  found.signature_seen = file.signature_seen;
  return found;
}

bool is_security_txt(const FoundContacts& found) {
  return found.from.starts_with(kSecurityTxt);
}

SecurityTxt security_txt_of(const FoundContacts& found) {
  SecurityTxt file;
  file.domain = found.from.substr(kSecurityTxt.size());
  file.contacts = found.contacts;
  file.expires = found.expires;
  file.signature_seen = found.signature_seen;
  return file;
}

// Contacts stand in an organisation, so that they are read and checked as everywhere else.
std::string to_json(const FoundContacts& found) {
  json::object object = {{"from", found.from}};
  if (!found.failed.empty()) object["failed"] = found.failed;
  if (found.expires) object["expires"] = to_iso8601(*found.expires);
  if (found.signature_seen) object["signature_seen"] = true;
  Organisation holder;
  holder.id = holder.name = "found";  // whatever `from` is: a holder needs both, and nobody reads them
  holder.contacts = found.contacts;
  object["holder"] = json::parse(to_json(holder));
  return json::serialize(object);
}

Result<FoundContacts> read_found_contacts(std::string_view text, const PublicSuffixes& suffixes,
                                          const std::string& where) {
  const auto object = parse_object(text, where);
  if (!object) return std::unexpected(object.error());
  const json::value* holder = object->if_contains("holder");
  if (holder == nullptr) return fail("no contacts in it", where, {});
  auto organisation = read_organisation(json::serialize(*holder), suffixes, where);
  if (!organisation) return std::unexpected(organisation.error());
  FoundContacts found;
  found.from = text_of(*object, "from");
  if (found.from.empty()) return fail("it does not say where the contacts are from", where, {});
  found.contacts = std::move(organisation->contacts);
  found.expires = parse_time(text_of(*object, "expires"));
  const json::value* signature = object->if_contains("signature_seen");
  found.signature_seen = signature != nullptr && signature->is_bool() && signature->get_bool();
  found.failed = text_of(*object, "failed");
  return found;
}

std::string to_json(const MailExchangers& mail) {
  json::object exchangers;
  for (const auto& [name, addresses] : mail.exchangers) {
    json::array& list = exchangers[name].emplace_array();
    for (const Address& address : addresses) list.emplace_back(to_string(address));
  }
  return json::serialize(json::object{{"domain", mail.domain}, {"exchangers", std::move(exchangers)}});
}

Result<MailExchangers> read_mail_exchangers(std::string_view text, const std::string& where) {
  const auto object = parse_object(text, where);
  if (!object) return std::unexpected(object.error());
  const auto domain = host_name(text_of(*object, "domain"));
  const json::value* exchangers = object->if_contains("exchangers");
  if (!domain || exchangers == nullptr || !exchangers->is_object())
    return fail("no mail exchangers in it", where, {});
  MailExchangers mail{*domain, {}};
  for (const auto& [name, addresses] : exchangers->get_object()) {
    auto found = addresses_of(addresses);
    const auto host = host_name({name.data(), name.size()});
    if (host && !found.empty()) mail.exchangers.emplace(*host, std::move(found));
  }
  return mail;
}

}  // namespace afterpatch::constituency

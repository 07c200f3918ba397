#include "constituency/list_checks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::constituency {
namespace {

// A network this wide is a slip of the pen: the largest that a single holder has is a /8.
constexpr unsigned kWidestV4 = 8;
constexpr unsigned kWidestV6 = 16;
constexpr std::size_t kQuoted = 80;

std::string quoted(std::string_view text) {
  return fmt::format("'{}'", to_utf8(text.substr(0, kQuoted)));
}

template <typename Value>
void add_once(std::vector<Value>& values, Value value) {
  if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
}

}  // namespace

void ListBuilder::note(Error error, bool whole_row) {
  if (list_.faults.size() < kMostShownFaults) list_.faults.push_back({std::move(error), whole_row});
}

void ListBuilder::leave_out_value(std::string what, std::string where, std::string next) {
  ++list_.values_left_out;
  note({std::move(what), std::move(where), std::move(next)}, false);
}

void ListBuilder::leave_out_row(std::string what, std::string where, std::string next) {
  ++list_.rows_left_out;
  note({std::move(what), std::move(where), std::move(next)}, true);
}

void ListBuilder::add_domain(Organisation& organisation, std::string_view text, const std::string& where) {
  auto name = host_name(text);
  if (!name) return leave_out_value(quoted(text) + " is no domain", where, "write it as praxis.example");
  if (name->starts_with("www.") && std::ranges::count(*name, '.') >= 2) name->erase(0, 4);
  if (suffixes_.is_public_suffix(*name)) {
    return leave_out_value(quoted(text) + " is a public suffix: names below it belong to many", where,
                           "list the organisation's own domain");
  }
  add_once(organisation.domains, std::move(*name));
}

void ListBuilder::add_network(Organisation& organisation, std::string_view text, const std::string& where) {
  const auto network = parse_network(text);
  if (!network) {
    return leave_out_value(quoted(text) + " is no network", where,
                           "write it as 192.0.2.0/24 or 2001:db8::/32, with no bits behind the prefix");
  }
  if (network->length < (network->first.v6 ? kWidestV6 : kWidestV4))
    return leave_out_value(quoted(text) + " is wider than any one holder's network", where, {});
  add_once(organisation.networks, *network);
}

void ListBuilder::add_as(Organisation& organisation, std::string_view text, const std::string& where) {
  const auto number = as_number(text);
  if (!number) return leave_out_value(quoted(text) + " is no AS number", where, "write it as AS64500");
  add_once(organisation.as_numbers, *number);
}

void ListBuilder::set_sector(std::string& sector, std::string_view text, const std::string& where) {
  if (const auto code = sector_code(text)) {
    sector = *code;
  } else {
    leave_out_value(quoted(text) + " is no sector", where,
                    "write nace:Q, nace:86.10 or naics:622110 (bare digits could be either)");
  }
}

void ListBuilder::add_authority(Organisation& organisation, std::string_view text, const std::string& where) {
  std::string sector;
  if (equals_ignoring_case(text, kAllSectors)) {
    sector = kAllSectors;
  } else {
    set_sector(sector, text, where);
  }
  if (!sector.empty()) add_once(organisation.authority_for, std::move(sector));
}

void ListBuilder::set_country(std::string& country, std::string_view text, const std::string& where) {
  if (const auto code = country_code(text)) {
    country = *code;
  } else {
    leave_out_value(quoted(text) + " is no country", where, "write two letters of ISO 3166-1: DE");
  }
}

void ListBuilder::set_language(std::string& language, std::string_view text, const std::string& where) {
  if (const auto tag = language_tag(text)) {
    language = *tag;
  } else {
    leave_out_value(quoted(text) + " is no language", where, "write de, fr-CH (BCP 47)");
  }
}

void ListBuilder::set_fingerprint(std::string& fingerprint, std::string_view text, const std::string& where) {
  if (const auto digits = pgp_fingerprint(text)) {
    fingerprint = *digits;
  } else {
    leave_out_value(quoted(text) + " is no PGP fingerprint", where, "give all 40 hexadecimal digits");
  }
}

bool ListBuilder::set_contact_value(Contact& contact, std::string_view text, const std::string& where) {
  std::optional<std::string> value;
  switch (contact.channel) {
    case Channel::email:
      value = mail_address(text);
      break;
    case Channel::web_form:
      value = web_address(text);
      break;
    case Channel::phone:
      value = phone_number(text);
      break;
    case Channel::provider:
      value = organisation_id(text);
      break;
    case Channel::letter:
      value = std::string();
      break;
  }
  if (!value)
    leave_out_value(fmt::format("{} can't be a contact by {}", quoted(text), name_of(contact.channel)), where,
                    {});
  if (value) contact.value = std::move(*value);
  return value.has_value();
}

void ListBuilder::add(Organisation organisation, const std::string& where) {
  if (organisation.name.empty()) return leave_out_row("no name", where, "every organisation needs one");
  if (organisation.id.empty()) organisation.id = made_id(organisation.name, organisation.country);
  if (const auto id = organisation_id(organisation.id); !id)
    return leave_out_row(quoted(organisation.id) + " is no id", where,
                         "use letters, digits, - _ . (at most 64)");
  if (!ids_.insert(organisation.id).second) {
    return leave_out_row(quoted(organisation.id) + " was in the list before", where,
                         "give each organisation one row and one id");
  }
  list_.organisations.push_back(std::move(organisation));
}

}  // namespace afterpatch::constituency

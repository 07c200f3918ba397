#include "constituency/contact_sources.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace afterpatch::constituency {
namespace {

// First division of each section A to U: NACE Rev. 2, Regulation (EC) No 1893/2006, annex I.
constexpr std::array<int, 22> kFirstDivisions = {1,  5,  10, 35, 36, 41, 45, 49, 55, 58, 64,
                                                 68, 69, 77, 84, 85, 86, 90, 94, 97, 99, 100};

char section_of(int division) {
  const auto behind = std::ranges::upper_bound(kFirstDivisions, division);
  return static_cast<char>('A' + (behind - kFirstDivisions.begin()) - 1);
}

bool is_in_section(std::string_view section, std::string_view code) {
  int division = 0;
  const std::string_view digits = code.substr(0, 2);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), division);
  return parsed.ec == std::errc() && division > 0 && division < 100 &&
         section_of(division) == section.front();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void add(std::vector<Contact>& contacts, const Organisation& from, Rung rung) {
  for (Contact contact : from.contacts) {
    if (contact.rung != Rung::post_and_phone) contact.rung = rung;
    if (contact.person.empty()) contact.person = from.name;
    contacts.push_back(std::move(contact));
  }
}

void add_hoster(std::vector<Contact>& contacts, const Organisation& hoster) {
  Contact provider;
  provider.rung = Rung::network;
  provider.channel = Channel::provider;
  provider.value = hoster.id;
  provider.person = hoster.name;
  provider.language = hoster.language;
  provider.provenance = "hosts the server";
  contacts.push_back(std::move(provider));
  add(contacts, hoster, Rung::network);
}

bool is_for(const Organisation& authority, const Organisation& organisation) {
  return authority.id != organisation.id && (authority.country.empty() || organisation.country.empty() ||
                                             authority.country == organisation.country);
}

}  // namespace

bool oversees(const std::string& overseen, const std::string& sector) {
  if (sector.empty() || overseen.empty()) return false;
  if (overseen == sector) return true;
  const auto code_at = overseen.find(':') + 1;
  if (overseen.compare(0, code_at, sector, 0, code_at) != 0) return false;
  const std::string_view wide = std::string_view(overseen).substr(code_at);
  const std::string_view narrow = std::string_view(sector).substr(code_at);
  if (wide.empty() || narrow.empty()) return false;
  if (is_digit(wide.front())) return narrow.starts_with(wide);
  return overseen.starts_with("nace:") && is_digit(narrow.front()) && is_in_section(wide, narrow);
}

std::vector<Contact> contacts_of_others(const Organisation& organisation, const std::string& hoster,
                                        const std::vector<Organisation>& all,
                                        const std::set<std::uint32_t>& as_numbers) {
  std::vector<Contact> contacts;
  for (const Organisation& one : all) {
    if (one.id == hoster && hoster != organisation.id) add_hoster(contacts, one);
    const auto announces = [&](std::uint32_t number) { return as_numbers.contains(number); };
    if (one.id != organisation.id && one.id != hoster && std::ranges::any_of(one.as_numbers, announces))
      add(contacts, one, Rung::autonomous_system);
    if (!is_for(one, organisation)) continue;
    for (const std::string& overseen : one.authority_for) {
      if (overseen == kAllSectors) add(contacts, one, Rung::national_csirt);
      if (oversees(overseen, organisation.sector)) add(contacts, one, Rung::sector_authority);
    }
  }
  return contacts;
}

}  // namespace afterpatch::constituency

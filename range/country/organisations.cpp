#include "range/country/organisations.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "range/country/draw.h"
#include "range/country/names.h"

namespace afterpatch::range {
namespace {

// Of the rows that are drawn, roughly as the studies found it (research: few notices arrive, fewer are acted
// upon); providers answer more often.
struct Chance {
  Behaviour behaviour;
  unsigned weight;
};
constexpr std::array<Chance, 9> kByMail = {{{Behaviour::refused, 6},
                                            {Behaviour::bounces, 12},
                                            {Behaviour::silent, 34},
                                            {Behaviour::auto_reply, 10},
                                            {Behaviour::abuse_desk, 6},
                                            {Behaviour::opens_page, 16},
                                            {Behaviour::answers, 9},
                                            {Behaviour::asks_help, 4},
                                            {Behaviour::wrong_contact, 3}}};
constexpr std::array<Chance, 5> kOtherwise = {{{Behaviour::silent, 30},
                                               {Behaviour::opens_page, 34},
                                               {Behaviour::answers, 26},
                                               {Behaviour::asks_help, 6},
                                               {Behaviour::wrong_contact, 4}}};

template <typename Table>
Behaviour draw_behaviour(Random& random, const Table& table) {
  std::uint64_t total = 0;
  for (const Chance& row : table) total += row.weight;
  std::uint64_t at = random.below(total);
  for (const Chance& row : table) {
    if (at < row.weight) return row.behaviour;
    at -= row.weight;
  }
  return Behaviour::silent;
}

Contact draw_contact(Random& random, std::string channel, std::string value) {
  const bool mail = channel == "email";
  Contact contact{std::move(channel), std::move(value), {}, 0};
  contact.behaviour = mail ? draw_behaviour(random, kByMail) : draw_behaviour(random, kOtherwise);
  contact.delay_hours = static_cast<int>(1 + exponential(random, mail ? 20 : 40));
  return contact;
}

std::vector<Contact> draw_contacts(Random& random, const Organisation& organisation) {
  std::vector<Contact> out;
  const std::string mailbox = organisation.provider ? "abuse" : random.chance(50) ? "it" : "info";
  if (organisation.provider || random.chance(92))
    out.push_back(draw_contact(random, "email", mailbox + "@" + organisation.domain));
  if (random.chance(35))  // a mailbox that does not lie on the organisation's own server
    out.push_back(draw_contact(random, "email", organisation.id + "@mailbox.example"));
  if (random.chance(70))
    out.push_back(draw_contact(random, "phone", fmt::format("00999 555 {:06}", random.below(1'000'000))));
  if (random.chance(85))
    out.push_back(
        draw_contact(random, "letter",
                     fmt::format("{}|{} Main Street|{:05} {}", organisation.name, random.below(200) + 1,
                                 random.below(100'000), organisation.region)));
  return out;
}

void draw_place(Random& random, Organisation& organisation) {
  const Region& region = draw_region(random);
  organisation.region = region.name;
  organisation.language = region.language;
}

Organisation make_provider(Random random, const CountrySettings& settings, std::size_t number) {
  Organisation out;
  out.id = fmt::format("{}-{:05}", to_lower_ascii(settings.country), number);
  out.name = fmt::format("Hosting {}", number + 1);
  out.domain = fmt::format("hosting{}.example", number + 1);
  out.networks = {fmt::format("198.19.{}.0/18", number * 64)};
  out.as_numbers = {static_cast<std::uint32_t>(64600 + number)};
  out.sector = "nace:J";
  out.provider = true;
  draw_place(random, out);
  out.contacts = draw_contacts(random, out);
  out.patches_after_hours = static_cast<int>(random.between(4, 72));
  out.hunts_after_hours = static_cast<int>(random.between(12, 120));
  return out;
}

Organisation make_organisation(Random random, const CountrySettings& settings, std::size_t number) {
  Organisation out;
  const Sector& sector = draw_sector(random);
  const OrganisationName name = organisation_name(random, sector.kinds[random.below(4)], number);
  out.id = fmt::format("{}-{:05}", to_lower_ascii(settings.country), number);
  out.name = name.name;
  out.domain = name.domain;
  out.sector = sector.code;
  draw_place(random, out);
  const std::size_t block = number - kProviders;  // 4096 blocks of 16 addresses
  if (random.chance(45) && block < 4096)
    out.networks = {fmt::format("198.18.{}.{}/28", block / 16, block % 16 * 16)};
  out.listed = !out.networks.empty() || random.chance(82);
  out.contacts = draw_contacts(random, out);
  out.patches_after_hours = static_cast<int>(4 + exponential(random, 60));
  out.hunts_after_hours = static_cast<int>(12 + exponential(random, 100));
  return out;
}

}  // namespace

std::vector<Organisation> make_organisations(const Random& world, const CountrySettings& settings) {
  std::vector<Organisation> out;
  const std::size_t count = kProviders + settings.servers * 3 / 4 + 1;
  for (std::size_t i = 0; i < kProviders; ++i)
    out.push_back(make_provider(world.fork("provider", i), settings, i));
  for (std::size_t i = kProviders; i < count; ++i)
    out.push_back(make_organisation(world.fork("organisation", i), settings, i));
  return out;
}

std::string provider_address(std::size_t provider, std::size_t index) {
  const std::size_t host = index + 10;
  return fmt::format("198.19.{}.{}", provider * 64 + host / 250 % 64, host % 250 + 1);
}

std::string own_address(const Organisation& organisation, std::size_t index) {
  const std::string& network = organisation.networks.front();
  const std::string base = network.substr(0, network.find('/'));
  const std::size_t dot = base.rfind('.');
  return fmt::format("{}.{}", base.substr(0, dot), std::stoul(base.substr(dot + 1)) + 2 + index);
}

std::string access_address(std::size_t index) {
  return fmt::format("100.{}.{}.{}", 64 + index / 62'500, index / 250 % 250, index % 250 + 1);
}

std::string_view name_of(Behaviour behaviour) {
  constexpr std::array<std::string_view, 9> kNames = {"refused",    "bounces",    "silent",
                                                      "auto-reply", "abuse-desk", "opens-page",
                                                      "answers",    "asks-help",  "wrong-contact"};
  return kNames[static_cast<std::size_t>(behaviour)];
}

}  // namespace afterpatch::range

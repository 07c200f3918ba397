#include "range/server.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "base/text.h"

namespace afterpatch::range {
namespace {

// Names under .example and .local can never be anyone's (RFC 2606, RFC 6762).
constexpr std::array<std::string_view, 10> kOrganisations = {
    "harbourline", "nordlicht", "tallpine", "bluequarry",  "eastmill",
    "vinterdal",   "castellum", "aranda",   "kestrelbank", "lakeward"};
constexpr std::array<std::string_view, 6> kServerNames = {"MAIL01", "EXCH2016", "SRV-EX1",
                                                          "MX-HQ",  "EXCHANGE", "MSX02"};
constexpr std::array<std::string_view, 20> kFirst = {
    "erin",  "jonas", "amina", "li",    "marta", "piotr", "sofia", "tom",   "noor", "ivan",
    "clara", "hugo",  "mei",   "oskar", "dana",  "ravi",  "lena",  "paulo", "kim",  "zoe"};
constexpr std::array<std::string_view, 20> kLast = {
    "hall",   "berg",  "diaz",   "chen",  "novak",  "kowal", "rossi", "meyer", "haddad", "petrov",
    "jansen", "olsen", "tanaka", "silva", "brandt", "gupta", "weiss", "costa", "park",   "adler"};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

const ServerKind& choose_kind(Random& random, bool must_be_patchable, const Season& season) {
  std::vector<const ServerKind*> choices;
  for (const ServerKind& kind : server_kinds()) {
    if (kind.season != season.servers) continue;
    if (!must_be_patchable || kind.fixed_first_day) choices.push_back(&kind);
  }
  return *random.pick(choices);
}

User make_user(Random& random, const Server& server, std::size_t number, const std::string& domain_sid) {
  User user;
  user.name = fmt::format("{}.{}", kFirst[(number * 7 + random.below(3)) % kFirst.size()],
                          kLast[number % kLast.size()]);
  user.address = user.name + "@" + server.domain;
  user.sid = fmt::format("{}-{}", domain_sid, 1100 + number * 3);
  user.mailbox = random.guid();
  user.device = random.text("0123456789ABCDEFGHIJKLMNOPQRSTUV", 26);
  user.client = fmt::format("10.20.{}.{}", random.between(40, 47), random.between(10, 240));
  // Shared address space (RFC 6598) and benchmark space (RFC 2544): nobody's house.
  user.outside = random.chance(50)
                     ? fmt::format("100.{}.{}.{}", random.between(64, 127), random.between(0, 255),
                                   random.between(1, 254))
                     : fmt::format("198.18.{}.{}", random.between(0, 255), random.between(1, 254));
  return user;
}

void add_users(Server& server, Random& random) {
  const std::string domain_sid =
      fmt::format("S-1-5-21-{}-{}-{}", random.between(100000000, 4000000000),
                  random.between(100000000, 4000000000), random.between(100000000, 4000000000));
  const auto count = static_cast<std::size_t>(random.between(12, 20));
  for (std::size_t i = 0; i < count; ++i) server.users.push_back(make_user(random, server, i, domain_sid));
  server.users.back().name = random.chance(50) ? "exadmin" : "adm-" + server.users.back().name;
  server.users.back().address = server.users.back().name + "@" + server.domain;
}

void choose_iis_layout(Server& server, Random& random) {
  static constexpr std::array<std::string_view, 4> kLayouts = {"iis-default", "iis-default", "iis-bytes",
                                                               "iis-full"};
  const std::string suffix = server.balancer.empty() ? "" : "-xff";
  server.iis_layout = std::string(random.pick(kLayouts)) + suffix;
  server.iis_layout_after = (server.iis_layout.starts_with("iis-bytes") ? "iis-full" : "iis-bytes") + suffix;
}

}  // namespace

Server make_server(Random random, bool must_be_patchable, const Season& season) {
  Server server;
  server.kind = choose_kind(random, must_be_patchable, season);
  const std::string organisation(random.pick(kOrganisations));
  server.name = random.pick(kServerNames);
  server.netbios = upper(organisation).substr(0, 15);
  server.forest = (random.chance(30) ? "ad." : "") + organisation + ".local";
  server.fqdn = to_lower_ascii(server.name) + "." + server.forest;
  server.domain = organisation + ".example";
  server.hosts = {(random.chance(70) ? "mail." : "webmail.") + server.domain,
                  "autodiscover." + server.domain};
  server.address = fmt::format("10.20.30.{}", random.between(11, 40));
  server.outside_address = fmt::format("198.19.{}.{}", random.between(0, 255), random.between(1, 254));
  server.link_local = fmt::format("fe80::{}:{}:{}:{}%{}", random.hex(4), random.hex(4), random.hex(4),
                                  random.hex(4), random.between(3, 14));
  server.oab_guid = random.guid();
  if (random.chance(25)) server.balancer = fmt::format("10.20.30.{}", random.between(2, 9));
  server.byte_order_mark = random.chance(30);
  choose_iis_layout(server, random);
  add_users(server, random);
  return server;
}

}  // namespace afterpatch::range

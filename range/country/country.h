// The simulated country (DESIGN section 6): organisations, their servers, groups of intruders that come in
// waves, hunts whose answers arrive late, and what contacts do with a notice. All of it follows from the
// seed, so that whoever counts, attributes, writes to victims or looks for waves can be held against known
// truth.
//
// Everything is made up: addresses of 198.18.0.0/15, 100.64.0.0/10 and 203.0.113.0/24 (RFC 2544, 6598, 5737),
// domains below .example (RFC 2606), private AS numbers (RFC 6996), a country code for private use (ISO 3166,
// XA to XZ). Times are UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "range/internet/exposed_builds.h"

namespace afterpatch::range {

struct CountrySettings {
  std::uint64_t seed = 1;
  std::uint32_t servers = 2000;  // at most kMaxCountryServers
  int days = 60;                 // days with a scan, from `start` on
  std::string country = "XM";
  std::vector<std::string> countries;  // if given: those of the regions, in turn, instead of `country`
  Timestamp start = *parse_time("2021-03-03");
};
inline constexpr std::uint32_t kMaxCountryServers = 100'000;

enum class Behaviour {
  refused,        // the mail server refuses the address at once
  bounces,        // takes the mail, returns it later
  silent,         // arrives, nobody reads it
  auto_reply,     // answers by machine, then nothing
  abuse_desk,     // a ticket number, then work goes on
  opens_page,     // opens the page behind the link, then works
  answers,        // a person answers, then works
  asks_help,      // opens the page and asks for help
  wrong_contact,  // says that it is not theirs
};
std::string_view name_of(Behaviour behaviour);

struct Contact {
  std::string channel;  // "email", "letter", "phone", "provider"
  std::string value;    // address or number; postal lines are joined by '|'
  Behaviour behaviour = Behaviour::silent;
  int delay_hours = 0;  // from a notice's arrival to what they do
};

struct Organisation {
  std::string id;  // "xm-0017"
  std::string name;
  std::string domain;
  std::vector<std::string> networks;  // "198.18.3.16/28"
  std::vector<std::uint32_t> as_numbers;
  std::string sector;  // NACE section: "nace:Q"
  std::string region;
  std::string language;
  bool provider = false;  // hosts others
  bool listed = true;     // in constituency.csv; a provider's unknown customer is not
  std::vector<Contact> contacts;
  // Of victims that work at it: hours from reading the notice to a patch and to a search that was answered.
  int patches_after_hours = 0;
  int hunts_after_hours = 0;
};

// How the outside could tell whose server it is.
enum class Trace {
  network,      // in the organisation's own network
  certificate,  // in a provider's or access network, the certificate names a domain of the organisation
  provider,     // of a provider's unlisted or many customers: the provider is the one to tell
  none,         // an access line and a certificate that says nothing
};
std::string_view name_of(Trace trace);

enum class ShownBuild { whole, update_only, nothing };

struct CountryServer {
  std::string address;
  std::uint16_t port = 443;
  std::string name;  // by which it is asked; empty: by address
  std::vector<std::string> certificate_names;
  std::uint32_t as_number = 0;
  std::string region;
  std::string owner;  // who must be told: organisation's id; empty: can't be known
  std::string hosted_by;
  Trace trace = Trace::none;
  const ExposedBuild* kind = nullptr;
  ShownBuild shown = ShownBuild::whole;
  int first_day = 0;
  int gone_day = -1;                 // away from here on; -1: never
  int back_day = -1;                 // and back; -1: never
  std::optional<Timestamp> patched;  // in truth, to the minute; may be before `start`
};

// One intrusion of one group into one server.
struct Hit {
  std::size_t server = 0;
  std::size_t group = 0;
  std::optional<std::size_t> wave;  // absent: the trickle between waves
  Timestamp exploited{};
  std::optional<Timestamp> backdoored;
  std::optional<Timestamp> reentered;
  bool mail_accessed = false;
  bool credentials_exposed = false;
  struct Mark {
    std::string kind;  // docs/store.md
    std::string value;
  };
  std::vector<Mark> marks;
};

struct Group {
  std::string name;  // "group-1"; no more is known of them
  std::vector<Hit::Mark> marks;
};

struct Wave {
  std::size_t group = 0;
  std::int64_t first_day = 0;  // from 1970-01-01; whole days, both ends included
  std::int64_t last_day = 0;
  std::size_t hits = 0;
};

// What a hunt, or somebody who looks from outside, says of a server.
struct HuntAnswer {
  std::size_t server = 0;
  Timestamp time{};
  Timestamp received{};
  bool from_outside = false;  // a shell answered: `door-seen`, not `hunted`
  std::string compromise;     // DESIGN's words
  std::string confidence;
  std::optional<Timestamp> exploited, backdoored, reentered, patched;
  bool door_present = false;
  bool mail_accessed = false;
  bool credentials_exposed = false;
  std::vector<Hit::Mark> marks;
};

// To one contact of the case's organisation.
struct CountryNotice {
  Contact contact;
  Timestamp sent{};
};

// The life of one notice as it would be if notices went out on the days chosen here.
struct CountryCase {
  std::string number;
  std::size_t organisation = 0;
  std::string reason;
  std::string state;
  Timestamp state_since{};
  std::vector<std::size_t> servers;
  std::string channel;
  std::vector<CountryNotice> notices;  // in order
  Timestamp opened{};
  std::optional<Timestamp> notified, reached, acknowledged, patched, hunted, clean;
};

struct Country {
  CountrySettings settings;
  std::vector<Organisation> organisations;
  std::vector<CountryServer> servers;
  std::vector<Group> groups;
  std::vector<Wave> waves;
  bool second_group_follows = false;  // the last group prefers servers that the one before had been in
  std::vector<Hit> hits;              // by time
  std::vector<HuntAnswer> hunts;      // by the time they were received
  std::vector<CountryCase> cases;
};

// REQUIRES: 1 <= servers <= kMaxCountryServers, 1 <= days <= 365.
Country make_country(const CountrySettings& settings);

// Whether the server is there on a day of the scan (0 is `start`).
bool is_present(const CountryServer& server, int day);
Timestamp start_of(const CountrySettings& settings, int day);
std::string_view country_of(const CountrySettings& settings, std::string_view region);
Timestamp end_of(const CountrySettings& settings);

}  // namespace afterpatch::range

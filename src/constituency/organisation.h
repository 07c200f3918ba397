// An organisation that a CSIRT serves, and whom there to tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/network.h"
#include "base/time.h"

namespace afterpatch::constituency {

// Where a contact comes from, best first; IntelMQ's order with the evidence of docs/constituency.md.
enum class Rung {
  own_register,       // the CSIRT's own list
  sector_authority,   // who oversees the sector, or its ISAC
  security_txt,       // RFC 9116
  domain,             // RFC 2142 names at the organisation's domain
  network,            // abuse contact of the most specific network block (RDAP), or the hosting provider
  autonomous_system,  // abuse contact of the AS
  national_csirt,     // of the organisation's country
  post_and_phone,     // paper letters and calls: dear, but they arrive
};
std::string_view name_of(Rung rung);  // "register", "sector-authority", "security-txt", "domain", "network",
                                      // "as", "national-csirt", "post-and-phone"
std::optional<Rung> parse_rung(std::string_view word);

enum class Channel { email, web_form, phone, letter, provider };
std::string_view name_of(Channel channel);  // "email", "web-form", "phone", "letter", "provider"
std::optional<Channel> parse_channel(std::string_view word);

// All text is as the source gave it, in UTF-8: whoever shows it escapes it for the place.
struct Contact {
  Rung rung = Rung::own_register;
  Channel channel = Channel::email;
  std::string value;                // mail address, number, URL, or the provider's organisation id
  std::vector<std::string> postal;  // lines of a letter's address; for `letter` only
  std::string person;               // "IT on duty"; empty if not known, as the next two
  std::string language;             // "de" (BCP 47)
  std::string pgp_fingerprint;      // 40 or 64 hexadecimal digits, upper case
  std::string provenance;           // "constituency.csv", "RDAP 192.0.2.0/24"
  std::optional<Timestamp> learnt;  // when it was last known to be right; absent: nobody knows

  bool operator==(const Contact&) const = default;
};

struct Organisation {
  std::string id;  // letters, digits, '-', '_', '.'; at most 64
  std::string name;
  std::vector<std::string> aliases;
  std::vector<std::string> domains;  // as host_name() gives them; all below them is theirs
  std::vector<Network> networks;
  std::vector<std::uint32_t> as_numbers;
  std::string sector;   // "nace:Q", "nace:86.10", "naics:622110"; empty if unknown, as the next three
  std::string country;  // ISO 3166-1 alpha-2, upper case
  std::string region;
  std::string language;   // BCP 47
  bool provider = false;  // hosts others' servers: what lies in its networks need not be its own
  std::vector<std::string> authority_for;  // sectors that it oversees; kAllSectors: the national CSIRT
  std::vector<Contact> contacts;           // of its own; rung own_register or post_and_phone

  bool operator==(const Organisation&) const = default;
};

inline constexpr const char* kAllSectors = "all";

// A value, or a row, that was left out of a list.
struct ListFault {
  Error error;  // where: "list.csv:17, column networks"
  bool whole_row = false;
};

struct OrganisationList {
  std::vector<Organisation> organisations;  // in the order of the list; no id twice
  std::vector<ListFault> faults;            // at most kMostShownFaults; the counts go on
  std::uint64_t rows_left_out = 0;
  std::uint64_t values_left_out = 0;
};
inline constexpr std::size_t kMostShownFaults = 1000;

// What stands on a list, checked and written in one way; nullopt if it is none.
std::optional<std::string> sector_code(std::string_view text);  // "Q" is "nace:Q"; bare digits are refused
std::optional<std::string> country_code(std::string_view text);
std::optional<std::string> language_tag(std::string_view text);
std::optional<std::uint32_t> as_number(std::string_view text);  // "AS3320", "3320"
std::optional<std::string> pgp_fingerprint(std::string_view text);
// "it@praxis.example": an unquoted ASCII local part of at most 64 bytes, the domain as host_name() gives it.
std::optional<std::string> mail_address(std::string_view text);
// Digits and " +-()/.", at least three digits.
std::optional<std::string> phone_number(std::string_view text);
// "https://..." or "http://...", printable ASCII.
std::optional<std::string> web_address(std::string_view text);
std::optional<std::string> organisation_id(std::string_view text);

// An id for an organisation whose list gives none: the same name and country give the same id.
std::string made_id(const std::string& name, const std::string& country);

}  // namespace afterpatch::constituency

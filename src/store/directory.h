// Organisations, and which server is whose: what room `constituency` worked out, kept for those who count and
// write. Made from statements ("listed", "owner-decided") and can be made again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace afterpatch::store {

class Database;

struct OrganisationRow {
  std::string id;  // "de-0017": as the operator's list names it, or made from its name
  std::string name;
  std::string country;  // ISO 3166-1 alpha-2; empty if unknown, as the next two
  std::string region;
  std::string sector;  // NACE section or NAICS code, with its classification: "nace:Q"
  std::string content =
      "{}";  // all of it as room `constituency` writes and reads it: contacts, domains, networks
};

struct OwnerRow {
  std::string address;  // as inet_ntop(3) writes it
  std::uint16_t port = 443;
  std::string organisation;   // id; empty: known to be unattributable
  std::string method;         // "network", "certificate-name", "reverse-name", "domain", "as", "operator"
  std::string confidence;     // "confirmed", "likely", "possible"
  std::string others = "[]";  // JSON array of organisations that have a claim too: a conflict if not empty
};

// Part of a Store, which owns it. Not thread-safe.
class Directory {
 public:
  explicit Directory(Database& database) : database_(database) {}

  Result<void> put_organisations(const std::vector<OrganisationRow>& rows);  // replaces those of the same id
  Result<std::optional<OrganisationRow>> organisation(const std::string& id);
  Result<void> for_each_organisation(const std::function<void(const OrganisationRow&)>& visit);  // by id

  Result<void> put_owners(const std::vector<OwnerRow>& rows);  // replaces those of the same address and port
  Result<std::optional<OwnerRow>> owner(const std::string& address, std::uint16_t port);
  Result<void> for_each_owner(const std::function<void(const OwnerRow&)>& visit);

  Result<void> clear();  // organisations and owners: for `store rebuild`

 private:
  Database& database_;
};

}  // namespace afterpatch::store

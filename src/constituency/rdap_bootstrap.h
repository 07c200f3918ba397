// Which RDAP server answers for an address or an AS (RFC 9224): IANA's lists, from files or fetched.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/prefix_map.h"
#include "constituency/web_fetch.h"

namespace afterpatch::constituency {

inline constexpr std::size_t kMostBootstrapBytes = 4U << 20U;
inline constexpr const char* kIanaRdap = "https://data.iana.org/rdap/";

// Thread-safe once filled.
class RdapBootstrap {
 public:
  // Adds a list: ipv4.json, ipv6.json or asn.json; told by its entries. Fails on what is no such list;
  // entries that can't be read are passed over.
  Result<void> add(std::string_view json, const std::string& name);
  // All three, from `base`.
  Result<void> fetch(WebDoor& door, const std::string& base = kIanaRdap);

  // Base URL, ending in '/'; https before http. Empty if nobody is responsible.
  std::string server_of(const Address& address) const;
  std::string server_of_as(std::uint32_t number) const;

 private:
  PrefixMap<std::string> networks_;
  std::map<std::uint32_t, std::pair<std::uint32_t, std::string>> as_;  // first: last and URL
};

}  // namespace afterpatch::constituency

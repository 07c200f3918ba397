// Answers of RDAP servers (RFC 9083) for a network block or an AS: who holds it, and whom they name for
// abuse. Registries answer over the network and registrants write what they like: bounded, and nothing is
// believed.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "constituency/domain_name.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

inline constexpr std::size_t kMostRdapBytes = 1U << 20U;
inline constexpr int kMostRdapDepth = 4;  // of entities inside entities
inline constexpr std::size_t kMostRdapEntities = 64;
inline constexpr std::size_t kMostRdapContacts = 16;
inline constexpr std::size_t kMostRdapText = 256;  // bytes of a name

// The holder of the block as a provider: `networks` are the block, `contacts` the mail addresses and numbers
// of entities with the roles abuse, then technical, then registrant (RFC 9083, section 10.2.4), as they come;
// and the registrant's postal address. Mail has the rung `network`. `id` is made from the handle. Fails on an
// answer that is no IP network, that does not hold `asked`, or whose block is wider than a /8 or /16 (IPv6):
// that is a registry saying that it does not know. `source` stands in errors and provenance.
Result<Organisation> read_rdap_network(std::string_view json, const Address& asked, const std::string& source,
                                       Timestamp fetched);

// The same for an AS: `as_numbers` is `asked`; rung `autonomous_system`.
Result<Organisation> read_rdap_autnum(std::string_view json, std::uint32_t asked, const std::string& source,
                                      Timestamp fetched);

}  // namespace afterpatch::constituency

// Networks in CIDR notation, for the cidr modifier.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace afterpatch::detect::sigma {

// An address as 16 bytes; IPv4 stands as ::ffff:a.b.c.d, so that both ways of writing it are equal.
using Address = std::array<std::uint8_t, 16>;

// "192.0.2.1", "2001:db8::1", "fe80::1%4" (the zone is dropped). nullopt for anything else, such as a host
// name or a port.
std::optional<Address> parse_address(std::string_view text);

struct Network {
  Address address{};
  unsigned prefix = 0;  // in bits of the 16-byte form
  std::string text;     // as the rule wrote it

  bool contains(const Address& other) const;
};

// "10.0.0.0/8", "2001:db8::/32", or a single address. nullopt when it is none, or has bits set beyond the
// prefix (a slip: 10.1.0.0/8; pySigma refuses it as well).
std::optional<Network> parse_network(std::string_view text);

}  // namespace afterpatch::detect::sigma

// Addresses and networks, IPv4 and IPv6, as plain values.
//
// Example:
//   const auto network = parse_network("192.0.2.0/24");
//   network->contains(*parse_address("192.0.2.7"));   // true
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch {

// IPv4 sorts before IPv6; within a family by number. An IPv4 address in ::ffff:0:0/96 is that IPv4 address
// (RFC 4291, section 2.5.5.2).
struct Address {
  bool v6 = false;
  std::uint64_t high = 0;  // the upper 64 bits of an IPv6 address; 0 for IPv4
  std::uint64_t low = 0;   // the lower 64 bits, or the 32 bits of an IPv4 address

  auto operator<=>(const Address&) const = default;
};

std::optional<Address> parse_address(std::string_view text);
std::string to_string(const Address& address);  // "192.0.2.7", "2001:db8::1" (RFC 5952)

// The address with all bits behind the first `length` set to 0. REQUIRES: the length fits the family.
Address masked(const Address& address, unsigned length);

// Addresses that share their first `length` bits; the others of `first` are 0.
struct Network {
  Address first;
  unsigned length = 0;

  auto operator<=>(const Network&) const = default;
  bool contains(const Address& address) const {
    return address.v6 == first.v6 && masked(address, length) == first;
  }
};

// "192.0.2.0/24", "2001:db8::/32", or one address. Fails on bits behind the prefix ("192.0.2.7/24"): then
// nobody knows which of the two was meant.
std::optional<Network> parse_network(std::string_view text);
std::string to_string(const Network& network);

// The fewest networks that hold exactly the addresses from `first` to `last`: at most 254. Empty if they are
// of two families or the wrong way round.
std::vector<Network> networks_between(const Address& first, const Address& last);

// Nobody on the Internet can be reached there: loopback, private, link-local and shared addresses (RFC 6890).
bool is_internal(const Address& address);

}  // namespace afterpatch

template <>
struct std::hash<afterpatch::Address> {
  std::size_t operator()(const afterpatch::Address& address) const noexcept {
    std::uint64_t mixed = address.low * 0x9E3779B97F4A7C15ULL ^ (address.high + (address.v6 ? 1 : 0));
    mixed ^= mixed >> 29U;
    return mixed * 0xBF58476D1CE4E5B9ULL;
  }
};

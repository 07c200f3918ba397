// Addresses and ranges of addresses, IPv4 and IPv6, as plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::exposure {

// One address. IPv4 sorts before IPv6; within a family by number. An IPv4 address in ::ffff:0:0/96 is that
// IPv4 address (RFC 4291, section 2.5.5.2).
struct Address {
  bool v6 = false;
  std::uint64_t high = 0;  // the upper 64 bits of an IPv6 address; 0 for IPv4
  std::uint64_t low = 0;   // the lower 64 bits, or the 32 bits of an IPv4 address

  auto operator<=>(const Address&) const = default;
};

std::optional<Address> parse_address(std::string_view text);
std::string to_string(const Address& address);  // "127.1.2.3", "2001:db8::1" (RFC 5952)
Address next(const Address& address);           // REQUIRES: not the last of its family

bool is_loopback(const Address& address);  // 127.0.0.0/8, ::1

// The network whose servers share a limit: the /24 of an IPv4 address, the /48 of an IPv6 address. Returned
// as its first address.
Address neighbourhood(const Address& address);

// Both ends belong to it. REQUIRES: one family, first <= last.
struct AddressRange {
  Address first;
  Address last;

  bool operator==(const AddressRange&) const = default;
  bool contains(const Address& address) const { return first <= address && address <= last; }
};

// "192.0.2.0/24", "192.0.2.7-192.0.2.9", "192.0.2.7", "2001:db8::/64". Bits behind the prefix are ignored.
std::optional<AddressRange> parse_range(std::string_view text);
std::string to_string(const AddressRange& range);  // as CIDR where it is one, else "first-last"

// Addresses that are in none, one or several of the ranges given. Thread-safe once filled.
class AddressSet {
 public:
  AddressSet() = default;
  explicit AddressSet(std::vector<AddressRange> ranges);  // in any order, may overlap

  bool contains(const Address& address) const;
  bool empty() const { return ranges_.empty(); }
  // Sorted, apart from each other.
  const std::vector<AddressRange>& ranges() const { return ranges_; }

 private:
  std::vector<AddressRange> ranges_;
};

// What is in `range` but in none of `taken`.
std::vector<AddressRange> subtract(const AddressRange& range, const AddressSet& taken);

}  // namespace afterpatch::exposure

template <>
struct std::hash<afterpatch::exposure::Address> {
  std::size_t operator()(const afterpatch::exposure::Address& address) const noexcept {
    std::uint64_t mixed = address.low * 0x9E3779B97F4A7C15ULL ^ (address.high + (address.v6 ? 1 : 0));
    mixed ^= mixed >> 29U;
    return mixed * 0xBF58476D1CE4E5B9ULL;
  }
};

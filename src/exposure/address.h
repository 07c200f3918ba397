// Ranges and sets of addresses (base/network.h), IPv4 and IPv6, as plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"

namespace afterpatch::exposure {

using afterpatch::Address;
using afterpatch::parse_address;
using afterpatch::to_string;

Address next(const Address& address);  // REQUIRES: not the last of its family

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

// Addresses that are no server on the internet: the special-purpose registries of IANA
// (iana-ipv4-special-registry and iana-ipv6-special-registry, both after RFC 6890), multicast, and all of
// IPv6 outside 2000::/3, which is the only part that IANA hands out as global unicast. A census never sends
// anything there, whatever it was told to scan, unless the operator names the range (loopback and inside
// networks).
#pragma once

#include "exposure/address.h"

namespace afterpatch::exposure {

const AddressSet& special_ranges();

}  // namespace afterpatch::exposure

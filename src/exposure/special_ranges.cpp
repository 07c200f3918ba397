#include "exposure/special_ranges.h"

#include <array>
#include <string_view>

namespace afterpatch::exposure {
namespace {

constexpr std::array<std::string_view, 29> kSpecial = {
    "0.0.0.0/8",        // this network, RFC 791
    "10.0.0.0/8",       // private, RFC 1918
    "100.64.0.0/10",    // shared by carriers, RFC 6598
    "127.0.0.0/8",      // loopback, RFC 1122
    "169.254.0.0/16",   // link-local, RFC 3927
    "172.16.0.0/12",    // private, RFC 1918
    "192.0.0.0/24",     // IETF protocol assignments, RFC 6890
    "192.0.2.0/24",     // documentation, RFC 5737
    "192.31.196.0/24",  // AS112, RFC 7535
    "192.52.193.0/24",  // AMT, RFC 7450
    "192.88.99.0/24",   // 6to4 relays, RFC 7526
    "192.168.0.0/16",   // private, RFC 1918
    "192.175.48.0/24",  // AS112, RFC 7534
    "198.18.0.0/15",    // benchmarks, RFC 2544
    "198.51.100.0/24",  // documentation, RFC 5737
    "203.0.113.0/24",   // documentation, RFC 5737
    "224.0.0.0/4",      // multicast, RFC 5771
    "240.0.0.0/4",      // reserved and limited broadcast, RFC 1112 and RFC 919
    "::/3",       // not global unicast: loopback, mapped, translated (RFC 4291, 6052, 8215), discard (6666)
    "4000::/2",   // not handed out
    "8000::/1",   // not handed out; unique local (RFC 4193), link-local, multicast (RFC 4291)
    "2001::/23",  // IETF protocol assignments, RFC 2928
    "2001:db8::/32",      // documentation, RFC 3849
    "2002::/16",          // 6to4, RFC 3056
    "2620:4f:8000::/48",  // AS112, RFC 7534
    "3ffe::/16",          // 6bone, given back, RFC 3701
    "3fff::/20",          // documentation, RFC 9637
    "5f00::/16",          // segment routing, RFC 9602
    "100::/64",           // discard-only, RFC 6666
};

AddressSet read_special() {
  std::vector<AddressRange> ranges;
  for (const std::string_view text : kSpecial) ranges.push_back(*parse_range(text));
  return AddressSet(std::move(ranges));
}

}  // namespace

const AddressSet& special_ranges() {
  static const AddressSet ranges = read_special();
  return ranges;
}

}  // namespace afterpatch::exposure

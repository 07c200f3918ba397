// Which addresses can belong to an outside visitor. A server behind a balancer logs the balancer's own
// address, and its own health probes come from itself: neither says who was there.
#pragma once

#include <string_view>

namespace afterpatch::assess {

// Loopback, link-local, private (RFC 1918, RFC 6598 shared, RFC 4193 unique local), unspecified, or not an
// address. An IPv4 address mapped into IPv6 (::ffff:10.0.0.1) counts as that IPv4 address; a zone (%12) is
// ignored.
bool is_inside_address(std::string_view address);

// Loopback or link-local: as such the front end comes to the back end of the same server, with a request that
// it hands on. That client is in the row of the front end.
bool is_own_address(std::string_view address);

}  // namespace afterpatch::assess

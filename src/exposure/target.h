// What is to be probed.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "exposure/address.h"

namespace afterpatch::exposure {

// An address, a name, or both. A name alone is looked up when its turn comes, and each of its addresses is
// probed.
struct Target {
  std::optional<Address> address;
  std::string name;  // lower case, for SNI and Host; empty if none is known

  auto operator<=>(const Target&) const = default;
};

// "mail.example.org": letters, digits, '-' and '_' between dots, at least one dot, at most 253 characters
// (RFC 1035, section 2.3.4), the last label not a number. Lower case comes back; nullopt for anything else.
std::optional<std::string> host_name(std::string_view text);

}  // namespace afterpatch::exposure

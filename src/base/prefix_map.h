// Longest-prefix match: the most specific of many networks that holds an address.
//
// One hash table a prefix length in use; a look-up asks the longest first. Registers use some twenty lengths,
// so that is some twenty probes of a small table, with nothing to balance or rebuild.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/network.h"

namespace afterpatch {

// Thread-safe once filled.
template <typename Value>
class PrefixMap {
 public:
  // The value of exactly this network, made if it is not there.
  Value& operator[](const Network& network) {
    auto& lengths = network.first.v6 ? v6_ : v4_;
    return lengths[network.length][network.first];
  }

  struct Match {
    Network network;
    const Value* value;
  };
  std::optional<Match> longest(const Address& address) const {
    for (const auto& [length, networks] : address.v6 ? v6_ : v4_) {
      const Address first = masked(address, length);
      const auto found = networks.find(first);
      if (found != networks.end()) return Match{{first, length}, &found->second};
    }
    return std::nullopt;
  }
  bool empty() const { return v4_.empty() && v6_.empty(); }

 private:
  using Lengths = std::map<unsigned, std::unordered_map<Address, Value>, std::greater<unsigned>>;
  Lengths v4_;
  Lengths v6_;
};

}  // namespace afterpatch

#include "exposure/politeness.h"

#include <algorithm>

namespace afterpatch::exposure {

Politeness::Politeness(const Limits& limits, const NetworkTable* networks)
    : networks_(networks),
      addresses_(limits.address),
      neighbourhoods_(limits.neighbourhood),
      by_network_(networks != nullptr ? limits.network : Rate{0}),
      all_(limits.all) {}

// 0 for an address that the table lacks: AS 0 is reserved (RFC 7607).
std::uint32_t Politeness::network_of(const Address& address) const {
  const NetworkTable::Entry* entry = networks_ != nullptr ? networks_->find(address) : nullptr;
  return entry != nullptr ? entry->number : 0;
}

TimePoint Politeness::book(const Address& address, TimePoint now) {
  TimePoint turn = addresses_.book(address, now);
  turn = std::max(turn, neighbourhoods_.book(neighbourhood(address), now));
  const std::uint32_t network = network_of(address);
  return network == 0 ? turn : std::max(turn, by_network_.book(network, now));
}

TimePoint Politeness::allowed_at(const Address& address) const {
  const TimePoint allowed =
      std::max(addresses_.allowed_at(address), neighbourhoods_.allowed_at(neighbourhood(address)));
  const std::uint32_t network = network_of(address);
  return network == 0 ? allowed : std::max(allowed, by_network_.allowed_at(network));
}

void Politeness::sent(const Address& address, TimePoint now) {
  addresses_.sent(address, now);
  neighbourhoods_.sent(neighbourhood(address), now);
  if (const std::uint32_t network = network_of(address); network != 0) by_network_.sent(network, now);
  all_.sent(now);
}

}  // namespace afterpatch::exposure

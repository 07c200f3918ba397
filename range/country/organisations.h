// Who lives in the country: organisations with their domains, networks and contacts, and the providers that
// host some of them.
#pragma once

#include <string>
#include <vector>

#include "range/country/country.h"
#include "range/random.h"

namespace afterpatch::range {

inline constexpr std::size_t kProviders = 4;

// The first kProviders are hosting providers, with the networks 198.19.0.0/18 and so on. The others get a /28
// of 198.18.0.0/16 each if `owns_network`.
std::vector<Organisation> make_organisations(const Random& world, const CountrySettings& settings);

// Number `index` of a provider's addresses, of an organisation's own network, of the access network.
std::string provider_address(std::size_t provider, std::size_t index);
std::string own_address(const Organisation& organisation, std::size_t index);
std::string access_address(std::size_t index);

}  // namespace afterpatch::range

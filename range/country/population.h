// The country's servers: where they stand, what they run, when they are patched, come and go.
#pragma once

#include <vector>

#include "range/country/country.h"
#include "range/random.h"

namespace afterpatch::range {

std::vector<CountryServer> make_servers(const Random& world, const CountrySettings& settings,
                                        const std::vector<Organisation>& organisations);

}  // namespace afterpatch::range

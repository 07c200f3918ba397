#include "range/country/country.h"

#include <algorithm>

#include "range/country/hunts.h"
#include "range/country/intruders.h"
#include "range/country/names.h"
#include "range/country/organisations.h"
#include "range/country/population.h"
#include "range/country/victims.h"
#include "range/random.h"

namespace afterpatch::range {

Country make_country(const CountrySettings& settings) {
  const Random world(settings.seed);
  Country out;
  out.settings = settings;
  out.organisations = make_organisations(world, settings);
  out.servers = make_servers(world, settings, out.organisations);
  make_intruders(world, out);
  make_hunts(world, out);
  make_cases(world, out);
  return out;
}

std::string_view country_of(const CountrySettings& settings, std::string_view region) {
  if (settings.countries.empty()) return settings.country;
  const auto* found = std::ranges::find(kRegions, region, &Region::name);
  return settings.countries[static_cast<std::size_t>(found - kRegions.begin()) % settings.countries.size()];
}

}  // namespace afterpatch::range

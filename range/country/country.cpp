#include "range/country/country.h"

#include "range/country/hunts.h"
#include "range/country/intruders.h"
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

}  // namespace afterpatch::range

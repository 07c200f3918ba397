// Names that no one bears: organisations, domains and places of the simulated country.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "range/random.h"

namespace afterpatch::range {

struct Sector {
  std::string_view code;      // NACE Rev. 2 section
  unsigned weight;            // how many of a hundred organisations
  double slowness;            // how long patches take, 1 is the usual
  std::string_view kinds[4];  // "Clinic"
};
extern const std::array<Sector, 8> kSectors;

struct Region {
  std::string_view name;
  std::string_view language;
  unsigned weight;
};
extern const std::array<Region, 6> kRegions;

const Sector& draw_sector(Random& random);
const Region& draw_region(Random& random);

struct OrganisationName {
  std::string name;    // "Clinic Alder Brook 17"
  std::string domain;  // "clinic-alderbrook17.example"
};
OrganisationName organisation_name(Random& random, std::string_view kind, std::size_t number);

}  // namespace afterpatch::range

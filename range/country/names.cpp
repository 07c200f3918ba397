#include "range/country/names.h"

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::range {
namespace {

constexpr std::array<std::string_view, 20> kFirst = {
    "Alder",   "Birch",  "Cedar", "Dove",  "Elm", "Fern", "Grey",   "Heath", "Iron",   "Juniper",
    "Kestrel", "Linden", "Moor",  "North", "Oak", "Pine", "Quarry", "Rowan", "Silver", "Thorn"};
constexpr std::array<std::string_view, 12> kLast = {"brook", "bridge", "field", "ford", "gate",  "haven",
                                                    "hill",  "lake",   "mill",  "port", "stead", "wick"};

template <typename Table>
const auto& by_weight(Random& random, const Table& table) {
  std::uint64_t total = 0;
  for (const auto& row : table) total += row.weight;
  std::uint64_t at = random.below(total);
  for (const auto& row : table) {
    if (at < row.weight) return row;
    at -= row.weight;
  }
  return table.back();
}

}  // namespace

const std::array<Sector, 8> kSectors = {
    {{"nace:O", 14, 1.6, {"Town of", "County of", "Office of", "Council of"}},
     {"nace:Q", 14, 1.4, {"Clinic", "Hospital", "Surgery", "Care Home"}},
     {"nace:P", 12, 1.5, {"School", "College", "University of", "Academy"}},
     {"nace:C", 22, 1.1, {"Works", "Foundry", "Mill", "Tools"}},
     {"nace:G", 16, 1.0, {"Stores", "Traders", "Market", "Supplies"}},
     {"nace:K", 8, 0.6, {"Bank of", "Savings", "Insurance", "Credit Union"}},
     {"nace:D", 4, 0.8, {"Power", "Energy", "Grid", "Gas"}},
     {"nace:M", 10, 1.0, {"Lawyers", "Architects", "Engineers", "Notaries"}}}};

const std::array<Region, 6> kRegions = {{{"Capital", "en", 28},
                                         {"Coast", "en", 20},
                                         {"Highlands", "de", 18},
                                         {"Lakes", "de", 12},
                                         {"Vineyards", "fr", 14},
                                         {"Islands", "es", 8}}};

const Sector& draw_sector(Random& random) {
  return by_weight(random, kSectors);
}

const Region& draw_region(Random& random) {
  return by_weight(random, kRegions);
}

OrganisationName organisation_name(Random& random, std::string_view kind, std::size_t number) {
  const std::string place = fmt::format("{}{}", random.pick(kFirst), random.pick(kLast));
  std::string word(split(kind, ' ').front());
  return {fmt::format("{} {} {}", kind, place, number),
          to_lower_ascii(fmt::format("{}-{}{}.example", word, place, number))};
}

}  // namespace afterpatch::range

// What is true of the country, counted by the range's own code: docs/range.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/error.h"
#include "range/country/country.h"

namespace afterpatch::range {

// `low`: certain; `high`: with what is only possible, or whose build is not known.
struct TrueCount {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const TrueCount&) const = default;
};
struct TrueStage {
  TrueCount servers;
  TrueCount organisations;
  bool operator==(const TrueStage&) const = default;
};
// By stage: exposed, unpatched, hunted, exploited, backdoored, reentered, notified, reached, patched, clean.
using TrueFunnel = std::map<std::string, TrueStage>;

// Of the servers whose owner is of one region or sector; of all, if both are empty. What was received by the
// last day.
TrueFunnel true_funnel(const Country& country, const std::string& region = {},
                       const std::string& sector = {});

Result<void> write_country_truth(const Country& country, const std::filesystem::path& file);

}  // namespace afterpatch::range

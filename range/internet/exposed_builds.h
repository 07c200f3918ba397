// The Exchange builds that the population runs (range/data/exposed_builds.csv, compiled in): what each showed
// in March 2021 and which build closed the flaws. From Microsoft's build tables.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "range/tables.h"

namespace afterpatch::range {

struct ExposedBuild {
  std::string product;  // "Exchange2016"
  std::string cu;       // "CU19"
  Build base;           // of the cumulative update itself, as an export tool's manifest may go on saying
  Build before;         // what ran before the fix
  Build fixed;          // all zero: no fix was ever made
  std::size_t weight;   // how common

  bool has_fix() const { return fixed.major != 0; }
  bool only_one_flaw() const { return product == "Exchange2010"; }  // CVE-2021-26857 alone
};

const std::vector<ExposedBuild>& exposed_builds();

// "15.1.2176", as paths below /owa/auth write it since Exchange 2013.
std::string three_numbers(const Build& build);

}  // namespace afterpatch::range

// The life of cases as it would be: one an organisation, the first notice a day or three after its server was
// first seen open or known to be broken into, the next contact when one is dead or silent.
#pragma once

#include "range/country/country.h"
#include "range/random.h"

namespace afterpatch::range {

void make_cases(const Random& world, Country& country);

// Hours until the next contact is tried.
inline constexpr int kAfterBounceHours = 24;
inline constexpr int kAfterSilenceHours = 72;

}  // namespace afterpatch::range

// Which servers were searched, when the answer came, and what it said.
#pragma once

#include "range/country/country.h"
#include "range/random.h"

namespace afterpatch::range {

// Three in five victims are searched; the answer comes a day and more after the break-in, a week on average,
// always by the same distribution. Of servers with no intruder some are searched too. Of the others a few
// doors are seen from outside. Answers after the last day are left out, as nobody knows them yet.
void make_hunts(const Random& world, Country& country);

}  // namespace afterpatch::range

// Groups of intruders, their waves and what each did to whom.
#pragma once

#include "range/country/country.h"
#include "range/random.h"

namespace afterpatch::range {

// Fills groups, waves, second_group_follows and hits from the servers. A server is hit only while it is there
// and has no patch. Three groups: one that knows the flaws before the patch and chooses, one that takes all
// it can get, one that comes weeks later; seeds that 5 divides have no third.
void make_intruders(const Random& world, Country& country);

}  // namespace afterpatch::range

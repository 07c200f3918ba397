// The picture as JSON: `Situation` of docs/openapi.yaml, and beside it by_country, by_region, by_sector
// (funnels), clusters, unclustered, delays and usual_rate: docs/situation.md.
#pragma once

#include <string>

#include "situation/picture.h"

namespace afterpatch::situation {

// One line. `dates`, the campaign's timeline, is empty: whoever has the campaign adds it.
std::string picture_json(const Picture& picture);

}  // namespace afterpatch::situation

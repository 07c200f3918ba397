// The picture as JSON: `Situation` of docs/openapi.yaml, and beside it by_country, by_region, by_sector
// (funnels), clusters, unclustered, delays and usual_rate: docs/situation.md.
#pragma once

#include <boost/json.hpp>

#include <string>

#include "situation/picture.h"

namespace afterpatch::situation {

// One line. `dates`, the campaign's timeline, is empty: whoever has the campaign adds it.
std::string picture_json(const Picture& picture);

// Of `second_group.pairs`: how often two clusters meet on the same servers.
boost::json::object pair_json(const ClusterPair& pair);

}  // namespace afterpatch::situation

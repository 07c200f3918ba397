// A detection with all that its rule says of itself. Whoever found it adds time, place and facts.
#pragma once

#include "detect/detection.h"
#include "detect/sigma/correlation.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect {

// Rules of the user (without a campaign) mean `context` whatever they say.
Detection detection_of(const sigma::Rule& rule);
Detection detection_of(const sigma::Correlation& correlation);

}  // namespace afterpatch::detect

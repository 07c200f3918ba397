// A detection with all that its rule says of itself. Whoever found it adds time, place and facts.
#pragma once

#include <string_view>

#include "detect/detection.h"
#include "detect/sigma/correlation.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect {

// `campaign` is the id of the campaign that the rule belongs to; empty for rules of the user, which mean
// `context` whatever they say.
Detection detection_of(const sigma::Rule& rule, std::string_view campaign);
Detection detection_of(const sigma::Correlation& correlation, std::string_view campaign);

}  // namespace afterpatch::detect

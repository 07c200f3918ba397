// Rules that were sound but had nothing to look at: none of the evidence is of their log source.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/events/event_rules.h"
#include "detect/sigma_rules.h"

namespace afterpatch::detect {

// Rules that neither these text logs nor the events that were read can feed, and correlations of nothing but
// such rules.
std::uint64_t count_idle(const SigmaRules& rules, const std::vector<std::string_view>& logs,
                         const events::EventRules& events);

}  // namespace afterpatch::detect

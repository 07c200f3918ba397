// A second, plain reading of correlations: for every match it goes through all matches again. Slow, and
// written from docs/sigma.md rather than from the engine.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "detect/sigma/correlation.h"

namespace afterpatch::detect::sigma {

struct ReferenceEvent {
  std::size_t base = 0;
  std::int64_t seconds = 0;
  std::uint64_t reference = 0;
  std::map<std::string, std::string> fields;
};

struct ReferenceStretch {
  std::map<std::string, std::string> group;  // in lower case
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::uint64_t count = 0;
  double value = 0;
  bool operator==(const ReferenceStretch&) const = default;
};

// For correlations of rules (not of correlations). Ordered by first, last, group.
std::vector<ReferenceStretch> reference_stretches(const Correlation& correlation,
                                                  std::vector<ReferenceEvent> events);

}  // namespace afterpatch::detect::sigma

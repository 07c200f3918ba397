// A match of a rule that correlations name, as a search hands it on: with the values that they ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "detect/detection.h"

namespace afterpatch::detect {

struct BaseMatch {
  bool of_campaign = false;  // else of the user's rules
  std::size_t rule = 0;      // place in RuleSet::rules
  Timestamp time;
  Place place;
  std::string log;
  std::string raw;  // at most kMaxRawBytes
  // Of the fields that sigma::correlation_fields names for the rule; nullopt where absent.
  std::vector<std::optional<std::string>> values;
};

// Of one block, or one file.
struct BaseMatches {
  std::vector<BaseMatch> matches;
  std::uint64_t without_time = 0;  // can't be put in order, so they take part in no correlation
};

}  // namespace afterpatch::detect

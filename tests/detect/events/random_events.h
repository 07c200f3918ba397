// Random events, and what a plain reader of the documentation (docs/sigma.md, "Windows events") sees in them.
#pragma once

#include <string>
#include <vector>

#include "detect/events/event_maker.h"
#include "detect/sigma/map_event.h"
#include "detect/sigma/random_rules.h"

namespace afterpatch::detect::events {

struct RandomEvent {
  MadeEvent made;
  // Under every spelling of `rule_fields`; what no rule can name stands under names of its own, for keywords.
  sigma::Fields fields;
  // Some field is put together out of others, which `fields` does not show.
  bool has_joined_fields = false;
};

// Words that events and rules share: letters that fold beyond ASCII, look-alikes, emoji, one-character texts,
// and pieces of what numbers, GUIDs, SIDs and times are written with.
const std::vector<std::string>& random_words();
const std::vector<std::string>& rule_fields();
RandomEvent random_event(sigma::RandomRules& random);

}  // namespace afterpatch::detect::events

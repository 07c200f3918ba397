// The stories that the range can tell. Each is a function that fills a Story; chance within a story comes
// from the seed.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "range/random.h"
#include "range/season.h"
#include "range/story.h"

namespace afterpatch::range {

enum class Patching { never, maybe, always, at_once };  // at_once: in the middle of the period

struct Scenario {
  std::string_view name;         // "backdoored-deleted"
  std::string_view description;  // one line, for --list
  Patching patching;             // whether the server gets the fix during the period
  bool sweepers;  // third parties may look for other people's back doors (that alone means "probed")
  void (*tell)(Story& story);
  const Season* season = &kProxyLogon;
};

const std::vector<Scenario>& scenarios();
const Scenario* find_scenario(std::string_view name);  // null if there is none

// So many days from `first`, or from the first day of the scenario's season. A scenario of two waves has so
// many days of each, and the time between.
Calendar calendar_of(const Scenario& scenario, int days = 10, std::optional<Timestamp> first = {});

// Server, patch day, noise and the scenario's own events, all from the seed.
Story make_story(const Scenario& scenario, std::uint64_t seed, Calendar calendar);

}  // namespace afterpatch::range

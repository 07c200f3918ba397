// The stages of a response that servers are counted and listed by, as conditions on the table of servers.
// docs/situation.md says what each means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace afterpatch::store {

// Of a text that servers may lack (country, region, network, sector, organisation, cluster...), in a
// ServerQuery: those that lack it.
inline constexpr std::string_view kLacking = "-";

// stage: exposed, unpatched (ever seen open), open (as last seen), build-unknown, patched, told-of (must be
// told: ever open, or broken into), unattributed (of these, nobody's), hunted, exploited, backdoored,
// backdoored-and-hunted, seen-outside (broken into, and no hunt: only its door was seen), re-entered,
// notified, reached, clean. certainty: "certain" (confirmed, builds known), "counted" (likely too) or
// "possible" (all). SQL about `server s`; nullopt if one of the words is unknown.
std::optional<std::string> stage_condition(std::string_view stage, std::string_view certainty);

}  // namespace afterpatch::store

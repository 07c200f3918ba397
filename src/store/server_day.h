// What happened to servers on which day, and where they stood on a day, as conditions on the table of
// servers: the figures of the situation's curves by day (docs/situation.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace afterpatch::store {

// moment: exploited, backdoored or reentered, of which each server has the first. Days are counted in UTC
// since 1970-01-01; both belong to it. SQL about `server s`; nullopt if the word is unknown.
std::optional<std::string> moment_condition(std::string_view moment, std::int64_t from, std::int64_t until);

// standing: unpatched, unsupported, unknown or patched on that day, as far as it was seen then; appeared or
// gone: seen for the first time, or not seen any more from that day on.
std::optional<std::string> standing_condition(std::string_view standing, std::int64_t day);

}  // namespace afterpatch::store

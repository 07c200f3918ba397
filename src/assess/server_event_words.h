// What the event logs tell, as sentences for the six answers. Empty when they tell nothing of the kind.
#pragma once

#include <optional>
#include <string>

#include "assess/server_report.h"

namespace afterpatch::assess {

// "The event log names FABRIKAM\administrator as whoever planted it."
std::string planted_as(const ServerReport& report);

// "12 programs ran under the web server, last 2021-03-05 10:12 UTC."; without those by which a door deleted
// itself (self_removal.h).
std::string programs_ran(const ServerReport& report);

// When something first ran by way of the flaw or a back door, as far as that is sure.
std::optional<Timestamp> first_execution(const ServerReport& report);

// "Passwords in memory were dumped." and the like for what the event logs alone tell.
std::string passwords_taken(const ServerReport& report);

// "The Security log was cleared 2021-03-05 10:15 UTC: what it held before is gone."
std::string logs_cleared(const ServerReport& report);

}  // namespace afterpatch::assess

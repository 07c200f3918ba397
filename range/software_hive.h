// The SOFTWARE hive of a server, as far as it tells of Exchange and its updates, beside some other programs.
#pragma once

#include <string>

#include "range/server.h"

namespace afterpatch::range {

// Whether the season's security update has a name of its own for this server, so that the hive can tell of
// it.
bool has_named_update(const Server& server);

// "Security Update for Exchange Server 2016 Cumulative Update 19 (KB5000871)". REQUIRES: has_named_update().
std::string update_name(const Server& server);

// As it is on the disk after the last patch day of the server, if it has one.
std::string software_hive(const Server& server, Timestamp first_day);

}  // namespace afterpatch::range

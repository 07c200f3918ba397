// How far the time of a detection can be trusted.
#pragma once

#include <string_view>

#include "assess/server_report.h"

namespace afterpatch::report {

// "UTC as logged", "local time of the server, not shifted", "time of the file, which anyone can set", or "no
// time". Clocks of servers are wrong by seconds at least; a log can't say by how much.
std::string_view clock_words(const assess::ServerReport& server, const detect::Detection& detection);

}  // namespace afterpatch::report

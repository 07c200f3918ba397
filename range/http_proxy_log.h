// Rows of Logging\HttpProxy\<App>\HttpProxy_YYYYMMDDHH-N.LOG in the layouts of 53, 64 and 74 columns.
#pragma once

#include <string>

#include "range/events.h"
#include "range/server.h"

namespace afterpatch::range {

// Appends one row, without line end, in the layout of `server`.
void append_http_proxy_row(std::string& out, const Request& request, const Server& server);

// Row of Logging\Ews\Ews_YYYYMMDDHH-N.LOG, written by the back end for an EWS request that reached it.
void append_ews_row(std::string& out, const Request& request, const Server& server);

// The number that stands for a build in cookies and GenericInfo: 1942063431 for 15.1.2375.
std::uint32_t server_version_number(const Build& build);

}  // namespace afterpatch::range

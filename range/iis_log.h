// Rows of IIS W3C logs: W3SVC1 (front end, port 443) and W3SVC2 (back end, port 444).
#pragma once

#include <string>

#include "range/events.h"
#include "range/server.h"

namespace afterpatch::range {

// Appends one row, without line end, in the layout that the server used at that time.
void append_front_end_row(std::string& out, const Request& request, const Server& server);

// The row that the back end writes for a request which reached it.
void append_back_end_row(std::string& out, const Request& request, const Server& server);

}  // namespace afterpatch::range

// Rows of remote PowerShell's logs below Logging\CmdletInfra\Powershell-Proxy: Http\Rps_Http_YYYYMMDDHH-N.LOG
// (what reached the back end) and Cmdlet\Rps_Cmdlet_YYYYMMDDHH-N.LOG (what ran). Shapes follow the real lab
// rows that docs/range.md names.
#pragma once

#include <string>

#include "range/events.h"
#include "range/random.h"
#include "range/server.h"

namespace afterpatch::range {

void append_rps_http_row(std::string& out, const Request& request, const Server& server, Random& random);
void append_rps_cmdlet_row(std::string& out, const ShellCmdlet& cmdlet, const Server& server, Random& random);

// The token that Exchange's own front end gives the back end in X-Rps-CAT, and that an intruder forges: who
// calls (`user`) and whose rights count (`sid`), in base64. Letters are tags, texts have a length before
// them.
std::string access_token(const std::string& user, const std::string& sid);

}  // namespace afterpatch::range

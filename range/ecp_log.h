// Lines of Logging\ECP\Server\ECPServerYYYYMMDD-N.LOG and
// Logging\ECP\Activity\ECPActivity_<pid>_YYYYMMDD-N.LOG.
#pragma once

#include <string>

#include "range/events.h"
#include "range/random.h"
#include "range/server.h"

namespace afterpatch::range {

void append_ecp_server_row(std::string& out, const EcpCommand& command, const Server& server, Random& random);
void append_ecp_activity_row(std::string& out, const EcpCommand& command, const Server& server,
                             Random& random);

// "Cmdlet.Param='value'": values are quoted as the log quotes them; numbers, $true and $null stay bare.
std::string quoted(std::string_view value);

}  // namespace afterpatch::range

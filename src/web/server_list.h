// The parameters of /servers, read once for the list, the export and counts.
#pragma once

#include "store/servers.h"
#include "web/request_reader.h"

namespace afterpatch::web {

// All but offset and limit.
store::ServerQuery read_server_filter(ParameterReader& parameters);

}  // namespace afterpatch::web

// The parameters of /servers, read once for the list, the export and counts; its stages are those of
// /organisations too.
#pragma once

#include "store/servers.h"
#include "web/request_reader.h"

namespace afterpatch::web {

// All but offset and limit.
store::ServerQuery read_server_filter(ParameterReader& parameters);

// Only `stage` and `certainty`.
void read_stage(ParameterReader& parameters, store::ServerQuery& query);

}  // namespace afterpatch::web

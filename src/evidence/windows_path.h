// Where a file stood on the Windows server, whatever a collector put above it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evidence/artefact.h"

namespace afterpatch::evidence {

// Windows path of a file below a source that itself lies inside a copy of the server: when the path below the
// source shows no known top folder, the source's own path may ("/mnt/c/inetpub/wwwroot" +
// "aspnet_client/x.aspx").
std::string to_windows_path(std::string_view source_path, std::string_view path_below_source);

}  // namespace afterpatch::evidence

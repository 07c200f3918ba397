// An upload as the API shows it (docs/openapi.yaml, components/schemas/Upload).
#pragma once

#include <boost/json.hpp>

#include "store/uploads.h"

namespace afterpatch::web {

struct Shared;

// With the verdict of its hunt, if it was hunted.
boost::json::object upload_json(const store::UploadRow& upload, const Shared& shared);

}  // namespace afterpatch::web

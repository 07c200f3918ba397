// An upload as the API shows it (docs/openapi.yaml, components/schemas/Upload).
#pragma once

#include <boost/json.hpp>

#include "store/uploads.h"

namespace afterpatch::web {

struct Shared;

// With the verdict of its hunt, if it was hunted; its sentences in that language (victim_language.h).
boost::json::object upload_json(const store::UploadRow& upload, const Shared& shared,
                                const std::string& language);

}  // namespace afterpatch::web

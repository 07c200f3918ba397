// Tells exports of Windows events by their text.
#pragma once

#include <optional>
#include <string_view>

#include "evidence/artefact.h"

namespace afterpatch::evidence {

// `first_bytes` in UTF-8, or in UTF-16 with its mark. XML: before the first `<Event ...><System` there are
// only tags and a short banner. JSON: the text begins with an object, perhaps in an array, and names an event
// id together with a channel or a provider.
std::optional<Kind> recognise_event_export(std::string_view first_bytes);

}  // namespace afterpatch::evidence

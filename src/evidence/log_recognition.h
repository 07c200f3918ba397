// Tells logs by their first lines. Rougher than the readers in records/: it only says what to read with which
// reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evidence/artefact.h"

namespace afterpatch::evidence {

// The log that a text is, or that it holds lines of; nullopt when it holds none. `text` may be cut in a line.
std::optional<Recognised> recognise_log(std::string_view text, std::string_view windows_path);

// The name of a web log format that is not read (IIS native, NCSA common); empty if it is none of these.
std::string unread_log_format(std::string_view text);

}  // namespace afterpatch::evidence

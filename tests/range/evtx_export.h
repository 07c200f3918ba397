// libevtx's own reader, the second implementation that files of the range are checked with.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace afterpatch::range {

// What `evtxexport -f xml FILE` (Debian: libevtx-utils) writes, from the first <Event on. nullopt: the
// program is not installed.
std::optional<std::string> evtxexport_xml(const std::filesystem::path& file);

// What `evtxinfo FILE` says. nullopt: the program is not installed.
std::optional<std::string> evtxinfo(const std::filesystem::path& file);

}  // namespace afterpatch::range

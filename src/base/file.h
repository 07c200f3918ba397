// Whole small files, for our own tables and rules and for small pieces of evidence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace afterpatch {

// Fails when the file can't be opened or holds more than `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit = 64ULL << 20U);

// Writes beside the target and renames, so a full disk never leaves half a file under its name.
Result<void> write_file(const std::filesystem::path& path, const std::string& content);

}  // namespace afterpatch

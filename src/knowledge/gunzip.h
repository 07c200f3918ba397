// Unpacks our own small .gz tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::knowledge {

// Fails on damaged data and on more than `limit` bytes. `name` stands in error messages. Thread-safe.
Result<std::string> gunzip(std::string_view packed, const std::string& name,
                           std::uint64_t limit = 64ULL << 20U);

}  // namespace afterpatch::knowledge

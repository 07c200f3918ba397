// String functions that only PHP has and that web shells put names together with.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "detect/scripts/value.h"

namespace afterpatch::detect::scripts {

using PhpFold = std::optional<std::string> (*)(std::span<const Value>);

// Null if `name` is none.
PhpFold php_fold(std::string_view name);

// Functions that make text of text, known to fold or not.
bool makes_text(std::string_view name);

}  // namespace afterpatch::detect::scripts

// Text that every database of ours keeps as it is: UTF-8 without a NUL. Used inside this room only.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::store {

bool is_keepable(std::string_view text);

// Fails if one of them is not; `where` stands in the error.
Result<void> check_keepable(std::initializer_list<std::string_view> texts, const std::string& where);

}  // namespace afterpatch::store

// The tables of a store, as steps from empty to the newest (docs/store.md draws them). A step that was ever
// released is never changed: a new one is added.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::store {

enum class Dialect { sqlite, postgresql };

// Statements of one step, in the dialect's words. Step n leads to version n + 1.
std::vector<std::vector<std::string>> migrations(Dialect dialect);

}  // namespace afterpatch::store

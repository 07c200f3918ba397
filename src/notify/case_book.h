// Cases kept in a store: every change is a statement first and rows made from all statements second, in one
// transaction. So rows made again from nothing (replay) are the same bytes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "notify/case_life.h"
#include "store/store.h"

namespace afterpatch::notify {

// Adds `statements` and makes the rows of all cases again that they are about. `first` runs before, in the
// same transaction: if it fails, nothing is kept. Not thread-safe, as the store.
Result<void> record(store::Store& store, const std::vector<store::Statement>& statements,
                    const std::function<Result<void>()>& first = {});

// All that is known of a case; an empty state if there is none.
Result<CasePicture> look_up(store::Store& store, const std::string& number);

// Makes the rows of these cases again; inside together() or outside.
Result<void> refresh_cases(store::Store& store, const std::vector<std::string>& numbers);

// Makes all rows of cases and notices again: for `store rebuild`. One case at a time in memory.
Result<void> replay(store::Store& store);

}  // namespace afterpatch::notify

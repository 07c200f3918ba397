// Whom at an organisation to tell: the contact ladder of room `constituency`, as plans take it.
#pragma once

#include <memory>

#include "base/error.h"
#include "notify/plan.h"
#include "store/store.h"

namespace afterpatch::app {

// Reads the store's directory, and what `constituency contacts` looked up, once; asks nobody. An organisation
// that is not in it has no contacts. Names of servers of the organisation tell which contacts lie on the hit
// domain. `store` must outlive the result.
Result<notify::FindAddressee> addressees_of(store::Store& store, Timestamp now);

}  // namespace afterpatch::app

// Whom at an organisation to tell: the contact ladder of room `constituency`, as plans take it.
#pragma once

#include <memory>

#include "base/error.h"
#include "notify/plan.h"
#include "store/store.h"

namespace afterpatch::app {

// Reads the store's directory once. An organisation that is not in it has no contacts. Names of servers of
// the organisation tell which contacts lie on the hit domain. The result keeps what it needs.
Result<notify::FindAddressee> addressees_of(store::Store& store, Timestamp now);

}  // namespace afterpatch::app

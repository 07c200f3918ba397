// Writer on a database: looks up hosts in portions, asks the span rule, writes what changed. Portions and
// single observations give the same spans (tests/store/writer_test.cpp compares).
#pragma once

#include <memory>
#include <string>

#include "store/database.h"
#include "store/rows.h"
#include "store/store.h"

namespace afterpatch::store {

// `database` must outlive it.
Result<std::unique_ptr<Writer>> open_writer(Database& database, const std::string& source,
                                            std::chrono::microseconds longest_gap);

}  // namespace afterpatch::store

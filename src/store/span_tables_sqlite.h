// SpanTables (span_tables.h) on SQLite: statements prepared once. Used inside this room only.
#pragma once

#include <memory>

#include "store/span_tables.h"

namespace afterpatch::store {

std::unique_ptr<SpanTables> make_sqlite_span_tables(Database& database, std::int64_t source);

}  // namespace afterpatch::store

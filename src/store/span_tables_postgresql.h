// SpanTables (span_tables.h) on PostgreSQL: one statement with arrays for all of a portion, and COPY
// for what is new.
// Used inside this room only.
#pragma once

#include <memory>

#include "store/span_tables.h"

namespace afterpatch::store {

std::unique_ptr<SpanTables> make_postgresql_span_tables(Database& database, std::int64_t source);

}  // namespace afterpatch::store

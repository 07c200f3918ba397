#include "store/span_tables.h"

#include "store/span_tables_postgresql.h"
#include "store/span_tables_sqlite.h"

namespace afterpatch::store {

std::unique_ptr<SpanTables> SpanTables::make(Database& database, std::int64_t source) {
  if (database.dialect() == Dialect::postgresql) return make_postgresql_span_tables(database, source);
  return make_sqlite_span_tables(database, source);
}

// Both are in the order of their beginnings, which tell spans of one host apart.
SpanDifference difference(const std::vector<Span>& stored, const std::vector<Span>& now) {
  SpanDifference out;
  auto old = stored.begin();
  auto fresh = now.begin();
  while (old != stored.end() || fresh != now.end()) {
    if (fresh == now.end() || (old != stored.end() && old->first < fresh->first)) {
      out.removed.push_back(*old++);
    } else if (old == stored.end() || fresh->first < old->first) {
      out.added.push_back(*fresh++);
    } else {
      if (*old != *fresh) out.extended.push_back(*fresh);
      ++old, ++fresh;
    }
  }
  return out;
}

}  // namespace afterpatch::store

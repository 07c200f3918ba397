// Writer on a database: looks up the neighbours, asks the span rule, writes what changed.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "store/database.h"
#include "store/store.h"

namespace afterpatch::store {

// `database` must outlive it.
Result<std::unique_ptr<Writer>> open_writer(Database& database, const std::string& source,
                                            std::chrono::microseconds longest_gap);

// Moments as the database keeps them: microseconds since 1970, UTC.
inline long long to_number(Timestamp time) {
  return time.time_since_epoch().count();
}
inline Timestamp to_time(long long number) {
  return Timestamp(std::chrono::microseconds(number));
}

}  // namespace afterpatch::store

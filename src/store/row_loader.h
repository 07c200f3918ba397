// Many new rows into one table, fast. Used inside this room only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/database.h"

namespace afterpatch::store {

// Give the values of a row in the order of the columns, then end the row. To be used within a transaction;
// the rows are there for certain after finish(). A text must live until its row ends. Throws what the
// database throws.
class RowLoader {
 public:
  // at_once: the database takes rows in while more are given, and does nothing else until finish().
  enum class Sending { in_portions, at_once };

  static std::unique_ptr<RowLoader> make(Database& database, const std::string& table,
                                         const std::vector<std::string>& columns,
                                         Sending sending = Sending::in_portions);
  virtual ~RowLoader() = default;

  virtual void text(std::string_view value) = 0;
  virtual void number(std::int64_t value) = 0;
  virtual void null() = 0;
  virtual void end_row() = 0;
  virtual void finish() = 0;

  void time(const std::optional<Timestamp>& value) {
    if (value)
      number(value->time_since_epoch().count());
    else
      null();
  }
};

}  // namespace afterpatch::store

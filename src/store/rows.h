// Rows of a query, one at a time. Used inside this room only.
//
// Example:
//   Rows rows(database, "SELECT name FROM host WHERE port = :port");
//   rows.with(port, "port").into(name);
//   while (rows.next()) use(name);
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "store/database.h"

namespace afterpatch::store {

// Moments as the database keeps them: microseconds since 1970, UTC.
inline long long to_number(Timestamp time) {
  return time.time_since_epoch().count();
}
inline Timestamp to_time(long long number) {
  return Timestamp(std::chrono::microseconds(number));
}

// A column that may be NULL, for reading and for writing.
struct OptionalNumber {
  long long value = 0;
  soci::indicator indicator = soci::i_null;

  std::optional<Timestamp> time() const {
    return indicator == soci::i_ok ? std::optional<Timestamp>(to_time(value)) : std::nullopt;
  }
};

// How many rows may come. Many are fetched in portions, so that memory holds one portion, however many there
// are; on PostgreSQL by a cursor, for which a transaction is begun if there is none. Few come at once.
enum class Expect { few, many };

// What is bound must outlive it. Throws what the database throws.
class Rows {
 public:
  Rows(Database& database, std::string query, Expect expect = Expect::few);
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  template <typename T>
  Rows& with(const T& value, const std::string& name) {
    query_.exchange(soci::use(value, name));
    return *this;
  }
  template <typename T>
  Rows& into(T& value) {
    results().exchange(soci::into(value));
    return *this;
  }
  Rows& into(OptionalNumber& value) {
    results().exchange(soci::into(value.value, value.indicator));
    return *this;
  }

  // Fills what was given to into(); false at the end.
  bool next();

 private:
  soci::statement& results() { return by_cursor_ ? portion_ : query_; }
  void start();
  void open_cursor();
  bool next_portion();

  Database& database_;
  std::string text_;
  bool by_cursor_;
  soci::statement query_;    // the query itself, or the declaration of its cursor
  soci::statement portion_;  // the next rows of the cursor
  std::string cursor_;       // its name once it is open
  bool own_transaction_ = false;
  bool started_ = false;
};

}  // namespace afterpatch::store

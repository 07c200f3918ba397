// Rows of a query, one at a time: memory holds one row, however many there are. Used inside this room only.
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

  OptionalNumber() = default;
  explicit OptionalNumber(const std::optional<Timestamp>& time)
      : value(time ? to_number(*time) : 0), indicator(time ? soci::i_ok : soci::i_null) {}
  std::optional<Timestamp> time() const {
    return indicator == soci::i_ok ? std::optional<Timestamp>(to_time(value)) : std::nullopt;
  }
};

// What is bound must outlive it. Throws what the database throws.
class Rows {
 public:
  Rows(Database& database, std::string query) : query_(std::move(query)), statement_(database.session()) {}

  template <typename T>
  Rows& with(const T& value, const std::string& name) {
    statement_.exchange(soci::use(value, name));
    return *this;
  }
  template <typename T>
  Rows& into(T& value) {
    statement_.exchange(soci::into(value));
    return *this;
  }
  Rows& into(OptionalNumber& value) {
    statement_.exchange(soci::into(value.value, value.indicator));
    return *this;
  }

  // Fills what was given to into(); false at the end.
  bool next() {
    if (!started_) start();
    return statement_.fetch();
  }

 private:
  void start() {
    statement_.alloc();
    statement_.prepare(query_);
    statement_.define_and_bind();
    statement_.execute();
    started_ = true;
  }

  std::string query_;
  soci::statement statement_;
  bool started_ = false;
};

}  // namespace afterpatch::store

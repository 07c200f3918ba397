// The one door to the database: SOCI behind it, exceptions turned to errors. Used inside this room only.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "store/schema.h"

namespace afterpatch::store {

// Not thread-safe. Another process may read the same store meanwhile.
class Database {
 public:
  // Opens or makes the SQLite file, or opens the PostgreSQL database ("postgresql://..."), and brings its
  // tables up to date, even if two processes do so at once. Fails on a file that is something else, that a
  // newer program made, or that can't be written.
  static Result<std::unique_ptr<Database>> open(const std::string& place);

  soci::session& session() { return session_; }
  const std::string& name() const { return name_; }  // for messages: without a password
  Dialect dialect() const { return dialect_; }

  // Runs `work`, turning whatever the database throws into an error.
  Result<void> guarded(const std::function<void()>& work);

  // Runs `work` in one transaction: if it fails or throws, nothing it did stays. Within another transaction
  // it is a part of that one which can be undone by itself.
  Result<void> together(const std::function<Result<void>()>& work);

  // For those who can't put their work into one function. These throw what the database throws; each begin()
  // needs one commit() or roll_back().
  void begin();
  void commit();
  void roll_back() noexcept;
  bool in_transaction() const { return depth_ > 0; }

  // Another one each time: "rows_7".
  std::string new_cursor_name();

 private:
  explicit Database(const std::string& place);
  void connect();
  Result<void> migrate();
  Result<void> run_steps();

  std::string place_;
  std::string name_;
  Dialect dialect_;
  soci::session session_;
  int depth_ = 0;  // transactions and savepoints that are open
  std::uint64_t cursors_ = 0;
};

}  // namespace afterpatch::store

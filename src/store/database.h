// The one door to the database: SOCI behind it, exceptions turned to errors. Used inside this room only.
#pragma once

#include <soci/soci.h>

#include <functional>
#include <string>

#include "base/error.h"
#include "store/schema.h"

namespace afterpatch::store {

// Not thread-safe. Another process may read the same file meanwhile.
class Database {
 public:
  // Opens or makes the SQLite file and brings its tables up to date. Fails on a file that is something else,
  // that a newer program made, or that can't be written.
  static Result<std::unique_ptr<Database>> open(const std::string& file);

  soci::session& session() { return session_; }
  const std::string& name() const { return name_; }

  // Runs `work`, turning whatever the database throws into an error.
  Result<void> guarded(const std::function<void()>& work);

 private:
  explicit Database(std::string name) : name_(std::move(name)) {}
  void connect();
  Result<void> migrate();

  std::string name_;
  soci::session session_;
};

}  // namespace afterpatch::store

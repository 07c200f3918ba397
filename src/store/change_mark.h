// Tells whether what lists and counts are made of has changed since it was asked last.
#pragma once

#include <string>

#include "base/error.h"

namespace afterpatch::store {

class Database;

// Part of a Store, which owns it. Not thread-safe.
class ChangeMark {
 public:
  explicit ChangeMark(Database& database) : database_(database) {}
  Result<std::string> read();

 private:
  Database& database_;
  long long version_ = -1;  // SQLite's data_version at the last read
  std::string mark_;
};

}  // namespace afterpatch::store

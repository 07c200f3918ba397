// Where tests of other rooms keep their store: a SQLite file, or PostgreSQL if AFTERPATCH_TEST_POSTGRESQL is
// set. ctest runs such programs once on each (on_postgresql.cmake).
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "store/postgresql_server.h"

namespace afterpatch::store {

inline constexpr int kNoServer = 77;  // ctest takes it for a test that was skipped

// A place where nothing is yet. Without a server the program ends: on SQLite it would show nothing new.
inline std::string new_place(const std::filesystem::path& file) {
  if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr) return file.string();
  PostgresqlServer* server = PostgresqlServer::shared();
  if (server != nullptr) return server->new_database();
  fmt::print("{}\n", PostgresqlServer::kMissing);
  std::exit(kNoServer);
}

}  // namespace afterpatch::store

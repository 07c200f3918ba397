// Tests that every kind of database has to pass. Those on PostgreSQL run if AFTERPATCH_TEST_POSTGRESQL is
// set, so that one server is started for all of them (CMakeLists.txt).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "store/hand_made.h"
#include "store/postgresql_server.h"
#include "store/store.h"

namespace afterpatch::store {

inline std::vector<std::string> databases_to_test() {
  if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr) return {"sqlite"};
  return {"sqlite", "postgresql"};
}

// An empty store for each test; open() opens the same one again.
class EachStore : public StoreFolder, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "sqlite") return;
    PostgresqlServer* server = PostgresqlServer::shared();
    if (server == nullptr) GTEST_SKIP() << PostgresqlServer::kMissing;
    place_ = server->new_database();
  }

  std::string place() const override { return GetParam() == "sqlite" ? file() : place_; }

  // Leaves an empty place; nothing may be open.
  void start_again() {
    if (GetParam() != "sqlite") {
      place_ = PostgresqlServer::shared()->new_database();
      return;
    }
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }

 private:
  std::string place_;
};

#define AFTERPATCH_EACH_STORE(suite)                                                 \
  INSTANTIATE_TEST_SUITE_P(Databases, suite, testing::ValuesIn(databases_to_test()), \
                           [](const auto& each) { return each.param; })

}  // namespace afterpatch::store

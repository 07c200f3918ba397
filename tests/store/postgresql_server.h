// A PostgreSQL server for tests: Debian's, started in a temporary folder, on a Unix socket and a free port of
// the loopback address, gone with the test program. Root starts it as user postgres, since it refuses root.
//
// Example:
//   PostgresqlServer* server = PostgresqlServer::shared();
//   if (server == nullptr) GTEST_SKIP() << PostgresqlServer::kMissing;
//   auto store = Store::open(server->new_database());
//
// Starting it takes some seconds, so tests that need it should share a program run by ctest as one entry
// (tests/store/CMakeLists.txt).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace afterpatch::store {

class PostgresqlServer {
 public:
  static constexpr const char* kMissing = "PostgreSQL 15 is not installed, or did not start";

  // One for the whole program, started when first asked for; nullptr if there is none.
  static PostgresqlServer* shared();

  // One of your own, to be stopped in the middle of something; nullptr if it can't be started.
  static std::unique_ptr<PostgresqlServer> start();
  ~PostgresqlServer();
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  // Makes an empty database; "postgresql://postgres@127.0.0.1:41234/test_1".
  std::string new_database();

  void stop_at_once();  // every connection breaks
  bool run();           // starts it again with the same data; false if it does not come up

  // For measuring: settings in the words of postgresql.conf, used when run() is called next.
  void configure(const std::string& settings) { settings_ = settings; }

 private:
  PostgresqlServer() = default;
  bool make_folder();

  std::filesystem::path folder_;
  std::string settings_ = "fsync=off";  // tests end no machine, only programs
  std::uint16_t port_ = 0;
  pid_t process_ = 0;
  int databases_ = 0;
};

}  // namespace afterpatch::store

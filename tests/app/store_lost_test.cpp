// A store that goes away in the middle: a full disk, a database server that stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "app/command_line.h"
#include "app/exit_status.h"
#include "store/postgresql_server.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;

class LostStore : public testing::Test {
 protected:
  LostStore() {
    std::string name = testing::TempDir() + "/lost-store-XXXXXX";
    folder_ = mkdtemp(name.data());
    std::ofstream scan(folder_ / "scan.jsonl");
    for (int i = 0; i < kServers; ++i)
      scan << fmt::format(
          R"({{"time":"2021-03-05T10:00:00Z","address":"127.{}.{}.1","port":443,"product":"exchange-self-hosted","builds":["15.1.2176.2"],"exposure":"unpatched","confidence":"confirmed"}})"
          "\n",
          i / 250, i % 250);
  }
  ~LostStore() override { std::filesystem::remove_all(folder_); }

  struct Ran {
    int status = 0;
    std::string err;
  };
  Ran import_into(const std::string& place) const {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run({"store", "import", folder_ / "scan.jsonl", "--store", place}, out, err);
    return {status, err.str()};
  }

  // In a program of its own, no file of which may grow beyond `bytes`.
  Ran import_with_files_up_to(rlim_t bytes, const std::string& place) const {
    const pid_t child = fork();
    if (child == 0) {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{bytes, bytes};
      setrlimit(RLIMIT_FSIZE, &limit);
      const Ran ran = import_into(place);
      std::ofstream(folder_ / "said") << ran.err << std::flush;
      _exit(ran.status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::stringstream said;
    said << std::ifstream(folder_ / "said").rdbuf();
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, said.str()};
  }

  // Each server once, with one span.
  static void expect_whole(const std::string& place) {
    const auto store = store::Store::open(place);
    ASSERT_TRUE(store) << to_string(store.error());
    std::uint64_t servers = 0;
    ASSERT_TRUE((*store)->for_each_server("", [&](const store::ServerHistory& server) {
      ++servers;
      EXPECT_EQ(server.spans.size(), 1U) << server.address;
    }));
    EXPECT_EQ(servers, static_cast<std::uint64_t>(kServers));
    EXPECT_EQ((*store)->servers().find({})->total, static_cast<std::uint64_t>(kServers));
  }

  static constexpr int kServers = 30'000;  // three portions
  std::filesystem::path folder_;
};

TEST_F(LostStore, AFullDiskIsSaidAndTheNextImportGoesOn) {
  const std::string place = folder_ / "team.db";
  for (const rlim_t bytes : {rlim_t{100'000}, rlim_t{3'000'000}}) {
    const Ran full = import_with_files_up_to(bytes, place);
    EXPECT_EQ(full.status, kCannotRun) << bytes;
    EXPECT_THAT(full.err, HasSubstr("is the disk full?")) << bytes;
  }
  const Ran again = import_into(place);
  ASSERT_EQ(again.status, kSuccess) << again.err;
  expect_whole(place);
}

bool has_anything(const std::string& place) {
  const auto store = store::Store::open(place);
  if (!store) return false;
  const auto days = (*store)->active_days("scan");
  return days && !days->empty();
}

TEST_F(LostStore, AServerThatStopsMidWayIsSaidAndTheNextImportGoesOn) {
  if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr) GTEST_SKIP() << "only a server can stop";
  const auto server = store::PostgresqlServer::start();
  ASSERT_NE(server, nullptr) << store::PostgresqlServer::kMissing;
  const std::string place = server->new_database();
  Ran lost;
  {
    std::atomic<bool> ended = false;
    std::jthread importing([&] {
      lost = import_into(place);
      ended = true;
    });
    while (!ended && !has_anything(place)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    server->stop_at_once();  // the first portion is in, the others are not
  }
  EXPECT_EQ(lost.status, kCannotRun);
  EXPECT_THAT(lost.err, HasSubstr("is the server there?"));
  ASSERT_TRUE(server->run());
  const std::string today = server->new_database();  // tells the port of today
  const std::string same = today.substr(0, today.rfind('/')) + place.substr(place.rfind('/'));
  const Ran again = import_into(same);
  ASSERT_EQ(again.status, kSuccess) << again.err;
  expect_whole(same);
}

}  // namespace
}  // namespace afterpatch::app
